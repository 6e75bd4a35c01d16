-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql no transaction
SET statement_timeout = 0;
CREATE INDEX CONCURRENTLY orders_by_code ON orders (code);
-- 3.sql no transaction
SET statement_timeout = '1min';
RESET statement_timeout;
DROP INDEX CONCURRENTLY orders_by_code;
