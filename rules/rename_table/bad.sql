-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE SCHEMA sales;
CREATE VIEW names AS SELECT name FROM customers;
CREATE SCHEMA stock;
CREATE TABLE stock.items (id int PRIMARY KEY);
CREATE SEQUENCE order_numbers;
-- 2.sql
ALTER TABLE orders RENAME TO purchases; -- expect: rename-table
-- 3.sql
ALTER VIEW names RENAME TO customer_names; -- expect: rename-table
-- 4.sql
ALTER TABLE customers SET SCHEMA sales; -- expect: rename-table
-- 5.sql
ALTER SCHEMA stock RENAME TO store; -- expect: rename-table
-- 6.sql
ALTER SEQUENCE order_numbers RENAME TO numbers; -- expect: rename-table
