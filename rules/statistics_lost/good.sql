-- 1.sql
CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(20), total int);
-- 2.sql
ANALYZE orders;
-- 3.sql
SET lock_timeout = '2s';
ALTER TABLE orders ALTER COLUMN code TYPE varchar(40);
ANALYZE orders (code);
-- 4.sql
SET lock_timeout = '2s';
CREATE TABLE notes (id bigint PRIMARY KEY, code varchar(20));
ALTER TABLE notes ALTER COLUMN code TYPE varchar(40);
ALTER TABLE orders ADD COLUMN note varchar(20);
ALTER TABLE orders ALTER COLUMN note TYPE varchar(40);
