-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
CREATE INDEX orders_by_code ON orders (code);
CREATE INDEX orders_by_total ON orders (total);
CREATE INDEX orders_by_both ON orders (code, total);
-- 2.sql
DROP INDEX orders_by_code; -- expect: non-concurrent-drop-index
-- 3.sql
DROP INDEX IF EXISTS orders_by_total, orders_by_both; -- expect: non-concurrent-drop-index
