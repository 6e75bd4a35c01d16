-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, code text);
CREATE TABLE events (id int, k int) PARTITION BY RANGE (k);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);
-- 2.sql no transaction
CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);
-- 3.sql
CREATE TABLE payments (id int PRIMARY KEY, order_id int);
CREATE INDEX payments_order_idx ON payments (order_id);
-- 4.sql
CREATE INDEX IF NOT EXISTS orders_customer_idx ON orders (customer_id);
-- 5.sql
CREATE INDEX events_id_idx ON ONLY events (id);
