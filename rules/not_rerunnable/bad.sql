-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql no transaction
ALTER TABLE orders ADD COLUMN note text; -- expect: not-rerunnable
CREATE INDEX CONCURRENTLY orders_by_note ON orders (note);
-- 3.sql no transaction
CREATE INDEX CONCURRENTLY orders_by_code ON orders (code); -- expect: not-rerunnable
CREATE INDEX CONCURRENTLY orders_by_total ON orders (total);
