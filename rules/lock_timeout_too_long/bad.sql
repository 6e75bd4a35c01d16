-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql
SET LOCAL lock_timeout = '1min';
ALTER TABLE orders ADD COLUMN note text; -- expect: lock-timeout-too-long
