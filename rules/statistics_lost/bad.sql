-- 1.sql
CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(20), total int);
-- 2.sql
ANALYZE orders;
-- 3.sql
SET lock_timeout = '2s';
ALTER TABLE orders ALTER COLUMN code TYPE varchar(40); -- expect: statistics-lost
