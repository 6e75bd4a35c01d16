-- 1.sql
CREATE TABLE customers (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint CONSTRAINT orders_customer REFERENCES customers DEFERRABLE INITIALLY DEFERRED, note text);
CREATE TABLE items (id bigint PRIMARY KEY, order_id bigint REFERENCES orders DEFERRABLE);
-- 2.sql
SET lock_timeout = '2s';
INSERT INTO orders (id, customer_id) VALUES (-1, NULL);
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE orders ADD COLUMN total int;
-- 3.sql
SET lock_timeout = '2s';
INSERT INTO orders (id, customer_id) VALUES (-2, NULL);
SET CONSTRAINTS orders_customer IMMEDIATE;
ALTER TABLE orders ADD COLUMN paid boolean;
-- 4.sql
SET lock_timeout = '2s';
UPDATE orders SET note = 'none', customer_id = NULL WHERE id = -1;
ALTER TABLE orders ADD COLUMN sent boolean;
-- 5.sql
SET lock_timeout = '2s';
INSERT INTO items (id) VALUES (-1);
ALTER TABLE items ADD COLUMN note text;
-- 6.sql
SET lock_timeout = '2s';
INSERT INTO orders (id) VALUES (-3);
ALTER TABLE customers ADD COLUMN vip boolean;
-- 7.sql
SET lock_timeout = '2s';
SAVEPOINT before;
INSERT INTO orders (id) VALUES (-4);
ROLLBACK TO before;
ALTER TABLE orders ADD COLUMN held boolean;
-- 8.sql no transaction
SET lock_timeout = '2s';
INSERT INTO orders (id) VALUES (-5);
ALTER TABLE orders ADD COLUMN late boolean;
