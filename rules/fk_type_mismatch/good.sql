-- 1.sql
CREATE TABLE orders (id bigint PRIMARY KEY, total int);
CREATE TABLE kinds (id smallserial PRIMARY KEY);
-- 2.sql
SET lock_timeout = '2s';
CREATE TABLE refunds (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id), kind int REFERENCES kinds);
CREATE INDEX refunds_order_idx ON refunds (order_id);
CREATE INDEX refunds_kind_idx ON refunds (kind);
