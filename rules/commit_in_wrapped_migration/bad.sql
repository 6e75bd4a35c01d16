-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT; -- expect: commit-in-wrapped-migration
-- 3.sql
ALTER TABLE orders ADD COLUMN town text;
ROLLBACK; -- expect: commit-in-wrapped-migration
