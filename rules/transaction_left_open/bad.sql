-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql no transaction
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
ROLLBACK; -- expect: transaction-left-open
-- 3.sql no transaction
BEGIN; -- expect: transaction-left-open
ALTER TABLE orders ADD COLUMN town text;
