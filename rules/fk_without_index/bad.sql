-- 1.sql
CREATE TABLE customers (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);
-- 2.sql
CREATE TABLE payments (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id)); -- expect: fk-without-index
-- 3.sql
SET lock_timeout = '2s';
ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID; -- expect: fk-without-index
