-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
CREATE INDEX orders_by_code ON orders (code);
CREATE INDEX orders_by_total ON orders (total);
-- 2.sql no transaction
DROP INDEX CONCURRENTLY orders_by_code;
-- 3.sql
SET LOCAL lock_timeout = '100ms';
DROP INDEX orders_by_total;
-- 4.sql
CREATE TABLE items (id int PRIMARY KEY, code text);
CREATE INDEX items_by_code ON items (code);
DROP INDEX items_by_code;
-- 5.sql
DROP INDEX IF EXISTS never_there;
