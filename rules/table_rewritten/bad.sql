-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, total int);
-- 2.sql
CLUSTER orders USING orders_pkey; -- expect: table-rewritten
-- 3.sql
ALTER TABLE orders SET UNLOGGED; -- expect: table-rewritten
-- 4.sql
ALTER TABLE orders SET LOGGED; -- expect: table-rewritten
