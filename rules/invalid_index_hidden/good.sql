-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql no transaction
DROP INDEX CONCURRENTLY IF EXISTS orders_by_code;
CREATE INDEX CONCURRENTLY orders_by_code ON orders (code);
-- 3.sql no transaction
DROP INDEX CONCURRENTLY IF EXISTS orders_by_total;
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_by_total ON orders (total);
-- 4.sql
CREATE TABLE items (id int PRIMARY KEY, code text);
CREATE INDEX IF NOT EXISTS items_by_code ON items (code);
