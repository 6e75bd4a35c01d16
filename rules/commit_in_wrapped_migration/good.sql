-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql
ALTER TABLE orders ADD COLUMN note text;
-- 3.sql no transaction
BEGIN;
ALTER TABLE orders ADD COLUMN town text;
COMMIT;
-- 4.sql
SAVEPOINT before;
ALTER TABLE orders ADD COLUMN street text;
ROLLBACK TO before;
