-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql
SET LOCAL lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN note text;
-- 3.sql no transaction
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN town text;
-- 4.sql no transaction
BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN street text;
COMMIT;
