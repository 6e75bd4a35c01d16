-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE customers (id int PRIMARY KEY, name text);
-- 2.sql
ALTER TABLE orders RENAME TO purchases;
CREATE VIEW orders AS SELECT * FROM purchases;
-- 3.sql
CREATE TABLE shops (id int PRIMARY KEY);
ALTER TABLE shops RENAME TO stores;
-- 4.sql no transaction
CREATE INDEX CONCURRENTLY customers_by_name ON customers (name);
-- 5.sql
ALTER INDEX customers_by_name RENAME TO customer_names;
-- 6.sql
CREATE SCHEMA drafts;
ALTER SCHEMA drafts RENAME TO sketches;
