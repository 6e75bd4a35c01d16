-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, price numeric(10,2), code varchar(20));
-- 2.sql
ALTER TABLE orders ALTER COLUMN price TYPE numeric(12,2);
-- 3.sql
ALTER TABLE orders ALTER COLUMN code TYPE text;
-- 4.sql
CREATE TABLE shops (id int PRIMARY KEY, since timestamp);
ALTER TABLE shops ALTER COLUMN since TYPE date;
