-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total numeric);
-- 2.sql
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
-- 3.sql
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fk;
-- 4.sql
CREATE TABLE payments (id int PRIMARY KEY, order_id int);
ALTER TABLE payments ADD FOREIGN KEY (order_id) REFERENCES orders (id);
-- 5.sql
ALTER TABLE orders ADD COLUMN shop_id int REFERENCES customers (id);
