-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE audit (id int, note text);
-- 2.sql
ALTER TABLE audit ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID;
-- 3.sql
ALTER TABLE audit VALIDATE CONSTRAINT note_there;
-- 4.sql
SELECT count(*) FROM orders WHERE code = 'x';
ALTER TABLE orders ADD COLUMN note text;
-- 5.sql
CREATE TABLE names AS SELECT name FROM customers;
-- 6.sql
ALTER TABLE customers ADD COLUMN email text;
SELECT name FROM customers WHERE id = 7;
