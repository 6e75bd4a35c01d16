-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
-- 2.sql
ALTER TABLE orders ADD COLUMN step int;
UPDATE orders SET step = 1 WHERE id = 1;
ALTER TABLE orders DROP COLUMN step;
-- 3.sql
CREATE TABLE payments (id int PRIMARY KEY, amount int);
ALTER TABLE payments DROP COLUMN amount;
-- 4.sql
ALTER TABLE orders ALTER COLUMN code DROP NOT NULL;
