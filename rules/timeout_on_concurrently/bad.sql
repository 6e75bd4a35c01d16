-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql no transaction
SET statement_timeout = '200ms';
CREATE INDEX CONCURRENTLY orders_by_code ON orders (md5(repeat(code, 10000))); -- expect: timeout-on-concurrently
