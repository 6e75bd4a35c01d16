-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE SCHEMA sales;
CREATE VIEW names AS SELECT name FROM customers;
-- 2.sql
ALTER TABLE orders RENAME TO purchases; -- expect: rename-table
-- 3.sql
ALTER VIEW names RENAME TO customer_names; -- expect: rename-table
-- 4.sql
ALTER TABLE customers SET SCHEMA sales; -- expect: rename-table
