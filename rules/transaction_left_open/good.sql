-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql no transaction
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
-- 3.sql
ALTER TABLE orders ADD COLUMN town text;
-- 4.sql no transaction
BEGIN;
SAVEPOINT before;
ALTER TABLE orders ADD COLUMN street text;
ROLLBACK TO before;
COMMIT;
