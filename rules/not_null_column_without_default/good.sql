-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
-- 2.sql
ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';
-- 3.sql
ALTER TABLE orders ADD COLUMN total numeric(10, 2);
-- 4.sql
CREATE TABLE shops (id int PRIMARY KEY);
ALTER TABLE shops ADD COLUMN name text NOT NULL;
