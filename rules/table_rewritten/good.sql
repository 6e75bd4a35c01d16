-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, total int);
-- 2.sql
ALTER TABLE orders SET (fillfactor = 70);
-- 3.sql
ALTER TABLE orders CLUSTER ON orders_pkey;
-- 4.sql
ALTER TABLE orders SET LOGGED;
