-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text UNIQUE, shop int);
CREATE TABLE shops (id int PRIMARY KEY, name text);
CREATE UNIQUE INDEX shops_by_name ON shops (lower(name));
-- 2.sql
ALTER TABLE orders DROP CONSTRAINT orders_code_key; -- expect: unique-dropped
-- 3.sql no transaction
DROP INDEX CONCURRENTLY shops_by_name; -- expect: unique-dropped
