-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
CREATE INDEX orders_by_code ON orders (code);
-- 2.sql no transaction
DROP INDEX CONCURRENTLY orders_by_code; -- expect: index-dropped-before-replacement
CREATE INDEX CONCURRENTLY orders_by_code ON orders (code, total);
