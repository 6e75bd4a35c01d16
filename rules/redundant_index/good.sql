-- 1.sql
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, status text);
CREATE INDEX orders_customer_idx ON orders (customer_id);
-- 2.sql no transaction
CREATE INDEX CONCURRENTLY orders_customer_status_idx ON orders (customer_id, status);
DROP INDEX CONCURRENTLY orders_customer_idx;
-- 3.sql no transaction
CREATE INDEX CONCURRENTLY orders_open_idx ON orders (customer_id) WHERE status = 'open';
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status, customer_id DESC);
CREATE INDEX CONCURRENTLY orders_hash_idx ON orders USING hash (customer_id);
