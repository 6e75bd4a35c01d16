-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql no transaction
ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;
DROP INDEX CONCURRENTLY IF EXISTS orders_by_note;
CREATE INDEX CONCURRENTLY orders_by_note ON orders (note);
-- 3.sql
ALTER TABLE orders ADD COLUMN town text;
ALTER TABLE orders ADD COLUMN street text;
-- 4.sql no transaction
BEGIN;
ALTER TABLE orders ADD COLUMN country text;
ALTER TABLE orders ADD COLUMN planet text;
COMMIT;
-- 5.sql no transaction
CREATE INDEX CONCURRENTLY orders_by_town ON orders (town);
