-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql
UPDATE orders SET code = 'x' WHERE id = 7;
-- 3.sql
DELETE FROM orders WHERE id IN (8, 9);
-- 4.sql
INSERT INTO orders VALUES (2000000001, 'a', 2), (2000000002, 'b', 3);
