-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text UNIQUE, shop int, CONSTRAINT known CHECK (shop > 0));
CREATE TABLE shops (id int PRIMARY KEY, name text);
CREATE INDEX shops_by_name ON shops (name);
-- 2.sql no transaction
CREATE UNIQUE INDEX CONCURRENTLY orders_by_code ON orders (code);
-- 3.sql
ALTER TABLE orders DROP CONSTRAINT orders_code_key;
-- 4.sql
ALTER TABLE orders DROP CONSTRAINT known;
-- 5.sql no transaction
DROP INDEX CONCURRENTLY shops_by_name;
-- 6.sql
CREATE TABLE visits (id int UNIQUE);
ALTER TABLE visits DROP CONSTRAINT visits_id_key;
