-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, shop int);
-- 2.sql
ALTER TABLE orders ADD CONSTRAINT orders_code_not_null CHECK (code IS NOT NULL) NOT VALID;
-- 3.sql
ALTER TABLE orders VALIDATE CONSTRAINT orders_code_not_null;
-- 4.sql
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_code_not_null;
-- 5.sql
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
-- 6.sql
CREATE TABLE payments (id int PRIMARY KEY, amount int);
ALTER TABLE payments ALTER COLUMN amount SET NOT NULL;
-- 7.sql
ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';
