-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
CREATE MATERIALIZED VIEW totals AS SELECT id, sum(total) AS total FROM orders GROUP BY id;
-- 2.sql
ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0) NOT VALID;
-- 3.sql
ALTER TABLE orders VALIDATE CONSTRAINT total_positive;
-- 4.sql
ALTER TABLE orders ADD COLUMN made timestamptz DEFAULT now();
-- 5.sql no transaction
REINDEX TABLE CONCURRENTLY orders;
-- 6.sql
ANALYZE orders;
-- 7.sql
UPDATE orders SET code = 'x' WHERE id = 7;
-- 8.sql
INSERT INTO orders VALUES (2000000001, 'a', 2), (2000000002, 'b', 3);
-- 9.sql
SELECT count(*) FROM orders;
-- 10.sql
ALTER TABLE orders ALTER COLUMN total SET STATISTICS 500;
