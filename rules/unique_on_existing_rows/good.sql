-- 1.sql
CREATE TABLE orders (id bigint PRIMARY KEY, code text, status text);
CREATE TABLE lookups (id bigint);
-- 2.sql
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN slug text;
-- 3.sql no transaction
CREATE UNIQUE INDEX CONCURRENTLY orders_id_status ON orders (id, status);
-- 4.sql
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN tag text DEFAULT 'none';
-- 5.sql
SET lock_timeout = '2s';
ALTER TABLE orders ADD CONSTRAINT orders_both UNIQUE USING INDEX orders_id_status;
CREATE TABLE parts (id bigint, code text DEFAULT 'none' UNIQUE);
CREATE UNIQUE INDEX parts_id ON parts (id);
