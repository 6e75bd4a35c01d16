-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
CREATE INDEX orders_by_code ON orders (code);
-- 2.sql no transaction
CREATE INDEX CONCURRENTLY orders_by_code_total ON orders (code, total);
DROP INDEX CONCURRENTLY orders_by_code;
-- 3.sql no transaction
DROP INDEX CONCURRENTLY IF EXISTS orders_by_total;
CREATE INDEX CONCURRENTLY orders_by_total ON orders (total);
