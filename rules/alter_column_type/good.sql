-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code varchar(50), price numeric(10,2), made timestamp, note text);
CREATE INDEX orders_code_idx ON orders (code);
-- 2.sql
ALTER TABLE orders ALTER COLUMN code TYPE varchar(100);
-- 3.sql
ALTER TABLE orders ALTER COLUMN code TYPE text;
-- 4.sql
ALTER TABLE orders ALTER COLUMN price TYPE numeric(12,2);
-- 5.sql
SET timezone = 'UTC';
ALTER TABLE orders ALTER COLUMN made TYPE timestamptz;
-- 6.sql
ALTER TABLE orders ALTER COLUMN note TYPE text USING note::text;
-- 7.sql
CREATE TABLE payments (id int PRIMARY KEY, amount int);
ALTER TABLE payments ALTER COLUMN amount TYPE bigint;
