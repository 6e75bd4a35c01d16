-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE INDEX orders_by_code ON orders (code);
-- 2.sql
CREATE INDEX CONCURRENTLY orders_again ON orders (code); -- expect: refused-in-transaction
-- 3.sql no transaction
BEGIN;
DROP INDEX CONCURRENTLY orders_by_code; -- expect: refused-in-transaction
-- 4.sql
REINDEX TABLE CONCURRENTLY orders; -- expect: refused-in-transaction
-- 5.sql
VACUUM orders; -- expect: refused-in-transaction
