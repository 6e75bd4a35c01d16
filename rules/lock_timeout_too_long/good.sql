-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql
SET LOCAL lock_timeout = '100ms';
ALTER TABLE orders ADD COLUMN note text;
-- 3.sql
SET LOCAL lock_timeout = '1min';
CREATE TABLE items (id int PRIMARY KEY);
ALTER TABLE items ADD COLUMN note text;
