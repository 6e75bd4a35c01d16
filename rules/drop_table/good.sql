-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY, name text);
-- 2.sql
CREATE TABLE staging (id int);
DROP TABLE staging;
-- 3.sql
CREATE TEMPORARY TABLE scratch AS SELECT 1 AS id;
DROP TABLE scratch;
