-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_by_code ON orders (code); -- expect: invalid-index-hidden
-- 3.sql no transaction
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_one_id ON orders (id, total); -- expect: invalid-index-hidden
