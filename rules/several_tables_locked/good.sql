-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, code text);
-- 2.sql
SET LOCAL lock_timeout = '100ms';
ALTER TABLE customers ADD COLUMN email text;
-- 3.sql
SET LOCAL lock_timeout = '100ms';
ALTER TABLE orders ADD COLUMN email text;
-- 4.sql
CREATE TABLE items (id int PRIMARY KEY, note text);
CREATE TABLE parts (id int PRIMARY KEY, note text);
ALTER TABLE items ADD COLUMN town text;
ALTER TABLE parts ADD COLUMN town text;
