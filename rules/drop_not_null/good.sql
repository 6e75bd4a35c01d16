-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
-- 2.sql
ALTER TABLE orders ALTER COLUMN code DROP NOT NULL;
-- 3.sql
CREATE TABLE shops (id int PRIMARY KEY, name text NOT NULL);
ALTER TABLE shops ALTER COLUMN name DROP NOT NULL;
