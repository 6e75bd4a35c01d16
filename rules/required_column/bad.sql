-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE shops (id int PRIMARY KEY, name text);
-- 2.sql
ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT; -- expect: required-column
-- 3.sql
ALTER TABLE shops ADD COLUMN place text;
UPDATE shops SET place = 'here';
ALTER TABLE shops ALTER COLUMN place SET NOT NULL; -- expect: required-column
