-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, code text);
-- 2.sql
ALTER TABLE customers ADD COLUMN email text;
ALTER TABLE orders ADD COLUMN email text; -- expect: several-tables-locked
-- 3.sql
ALTER TABLE orders ALTER COLUMN code SET DEFAULT '';
ALTER TABLE customers ALTER COLUMN name SET DEFAULT ''; -- expect: several-tables-locked
