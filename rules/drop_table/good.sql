-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE VIEW names AS SELECT name FROM customers;
-- 2.sql
DROP VIEW names;
CREATE VIEW names AS SELECT name, id FROM customers;
-- 3.sql
CREATE TABLE staging (id int);
DROP TABLE staging;
-- 4.sql
CREATE TEMPORARY TABLE scratch AS SELECT 1 AS id;
DROP TABLE scratch;
