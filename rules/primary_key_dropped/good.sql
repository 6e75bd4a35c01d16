-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text NOT NULL);
CREATE TABLE shops (id int PRIMARY KEY, name text, CONSTRAINT named CHECK (name <> ''));
-- 2.sql no transaction
CREATE UNIQUE INDEX CONCURRENTLY orders_by_id ON orders (id);
-- 3.sql
ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_by_id;
-- 4.sql
ALTER TABLE shops DROP CONSTRAINT named;
-- 5.sql
CREATE TABLE visits (id int PRIMARY KEY);
ALTER TABLE visits DROP CONSTRAINT visits_pkey;
