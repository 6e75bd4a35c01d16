-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, total int);
CREATE DOMAIN quantity AS int CHECK (VALUE > 0);
-- 2.sql
ALTER TABLE orders ADD COLUMN key uuid DEFAULT gen_random_uuid(); -- expect: default-rewrites-table
-- 3.sql
ALTER TABLE orders ADD COLUMN number bigserial; -- expect: default-rewrites-table
-- 4.sql
ALTER TABLE orders ADD COLUMN place int GENERATED ALWAYS AS IDENTITY; -- expect: default-rewrites-table
-- 5.sql
ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (total * 2) STORED; -- expect: default-rewrites-table
-- 6.sql
ALTER TABLE orders ADD COLUMN parts quantity; -- expect: default-rewrites-table
-- 7.sql
ALTER TABLE orders
    ADD COLUMN token uuid DEFAULT gen_random_uuid(), -- expect: default-rewrites-table
    ADD COLUMN other uuid DEFAULT gen_random_uuid(); -- expect: default-rewrites-table
