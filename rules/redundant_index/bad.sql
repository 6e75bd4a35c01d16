-- 1.sql
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, status text);
CREATE INDEX orders_customer_idx ON orders (customer_id, status);
-- 2.sql no transaction
CREATE INDEX CONCURRENTLY orders_customer2_idx ON orders (customer_id); -- expect: redundant-index
-- 3.sql no transaction
CREATE INDEX CONCURRENTLY orders_id_idx ON orders (id); -- expect: redundant-index
