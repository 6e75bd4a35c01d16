-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers);
CREATE VIEW names AS SELECT name FROM customers;
-- 2.sql
DROP TABLE orders; -- expect: drop-table
-- 3.sql
DROP TABLE elsewhere, customers CASCADE; -- expect: drop-table
