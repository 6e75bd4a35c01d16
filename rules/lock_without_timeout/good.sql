-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, code text);
CREATE INDEX orders_by_code ON orders (code);
-- 2.sql
SET LOCAL lock_timeout = '100ms';
ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;
-- 3.sql no transaction
DROP INDEX CONCURRENTLY orders_by_code;
-- 4.sql
CREATE TABLE shops (id int PRIMARY KEY);
ALTER TABLE shops ADD COLUMN name text;
-- 5.sql
UPDATE orders SET code = 'x' WHERE id = 1;
-- 6.sql
ANALYZE orders;
