-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql
ANALYZE orders;
-- 3.sql
SELECT count(*) FROM orders;
-- 4.sql
SELECT id FROM orders WHERE id = 7 FOR UPDATE;
-- 5.sql
ALTER TABLE orders ALTER COLUMN total SET STATISTICS 500;
