-- 1.sql
CREATE TABLE orders (id bigint, code text, status text, region int);
-- 2.sql
ALTER TABLE orders ADD COLUMN slug text DEFAULT 'none' UNIQUE; -- expect: unique-on-existing-rows
-- 3.sql
ALTER TABLE orders ADD COLUMN tag text DEFAULT 'none';
ALTER TABLE orders ADD CONSTRAINT orders_tag UNIQUE (tag); -- expect: unique-on-existing-rows
-- 4.sql
CREATE UNIQUE INDEX orders_status ON orders (status); -- expect: unique-on-existing-rows
-- 5.sql no transaction
CREATE UNIQUE INDEX CONCURRENTLY orders_lower ON orders (lower(status)); -- expect: unique-on-existing-rows
-- 6.sql
ALTER TABLE orders ADD CONSTRAINT orders_region UNIQUE (region); -- expect: unique-on-existing-rows
