-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, total int);
-- 2.sql
ALTER TABLE orders ADD COLUMN status text NOT NULL DEFAULT 'new';
-- 3.sql
ALTER TABLE orders ADD COLUMN made timestamptz DEFAULT now();
-- 4.sql
ALTER TABLE orders ADD COLUMN key uuid;
ALTER TABLE orders ALTER COLUMN key SET DEFAULT gen_random_uuid();
-- 5.sql
UPDATE orders SET key = DEFAULT WHERE id = 7;
-- 6.sql
CREATE TABLE items (id int PRIMARY KEY);
ALTER TABLE items ADD COLUMN key uuid DEFAULT gen_random_uuid();
