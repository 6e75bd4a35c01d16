-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text NOT NULL);
-- 2.sql
ALTER TABLE orders ALTER COLUMN code DROP NOT NULL; -- expect: drop-not-null
