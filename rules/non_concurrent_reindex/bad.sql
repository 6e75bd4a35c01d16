-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE INDEX orders_by_code ON orders (code);
-- 2.sql
REINDEX TABLE orders; -- expect: non-concurrent-reindex
-- 3.sql
REINDEX INDEX orders_by_code; -- expect: non-concurrent-reindex
