-- 1.sql
CREATE TABLE orders (id bigint PRIMARY KEY, total int);
CREATE TABLE payments (id bigint PRIMARY KEY, order_id int);
CREATE INDEX payments_order_idx ON payments (order_id);
-- 2.sql
CREATE TABLE refunds (id bigint PRIMARY KEY, order_id int REFERENCES orders (id)); -- expect: fk-type-mismatch
-- 3.sql
SET lock_timeout = '2s';
ALTER TABLE payments ADD CONSTRAINT payments_order_fkey FOREIGN KEY (order_id) REFERENCES orders NOT VALID; -- expect: fk-type-mismatch
