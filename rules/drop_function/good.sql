-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE FUNCTION price(id int) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
CREATE FUNCTION tax(id int) RETURNS numeric LANGUAGE sql AS 'SELECT 0.2';
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
-- 2.sql
DROP FUNCTION price(int);
CREATE FUNCTION price(id int, currency text DEFAULT 'EUR') RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
-- 3.sql
DROP FUNCTION IF EXISTS tax;
CREATE FUNCTION public.tax(id bigint) RETURNS numeric LANGUAGE sql AS 'SELECT 0.2';
-- 4.sql
DROP FUNCTION stamp();
-- 5.sql
CREATE FUNCTION helper() RETURNS int LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION helper();
-- 6.sql
DROP FUNCTION IF EXISTS never_there(int);
