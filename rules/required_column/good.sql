-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
-- 2.sql
ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';
-- 3.sql
ALTER TABLE orders ADD COLUMN note text DEFAULT 'none';
ALTER TABLE orders ALTER COLUMN note DROP DEFAULT;
-- 4.sql
CREATE TABLE shops (id int PRIMARY KEY, name text NOT NULL DEFAULT 'x');
ALTER TABLE shops ALTER COLUMN name DROP DEFAULT;
-- 5.sql
ALTER TABLE orders ADD COLUMN place text;
