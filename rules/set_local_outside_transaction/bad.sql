-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql no transaction
SET LOCAL lock_timeout = '2s'; -- expect: set-local-outside-transaction
ALTER TABLE orders ADD COLUMN note text;
