-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, total int, tax int);
-- 2.sql
ALTER TABLE orders ALTER COLUMN tax DROP EXPRESSION IF EXISTS;
-- 3.sql
CREATE TABLE shops (id int PRIMARY KEY, double int GENERATED ALWAYS AS (id * 2) STORED);
ALTER TABLE shops ALTER COLUMN double DROP EXPRESSION;
