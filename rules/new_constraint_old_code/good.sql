-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, CONSTRAINT has_code CHECK (code IS NOT NULL));
-- 2.sql
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
-- 3.sql
ALTER TABLE orders ADD COLUMN level int;
ALTER TABLE orders ADD CONSTRAINT positive CHECK (level > 0) NOT VALID;
-- 4.sql
CREATE TABLE shops (id int PRIMARY KEY, name text);
ALTER TABLE shops ADD CONSTRAINT named CHECK (name <> '');
