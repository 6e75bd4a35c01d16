-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE INDEX orders_by_code ON orders (code);
-- 2.sql no transaction
REINDEX TABLE CONCURRENTLY orders;
-- 3.sql no transaction
REINDEX INDEX CONCURRENTLY orders_by_code;
-- 4.sql
CREATE TABLE items (id int PRIMARY KEY);
REINDEX TABLE items;
