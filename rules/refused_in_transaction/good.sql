-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE INDEX orders_by_code ON orders (code);
-- 2.sql no transaction
CREATE INDEX CONCURRENTLY orders_again ON orders (code);
DROP INDEX CONCURRENTLY orders_by_code;
-- 3.sql no transaction
REINDEX TABLE CONCURRENTLY orders;
-- 4.sql
ANALYZE orders;
