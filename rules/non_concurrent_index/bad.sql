-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, code text);
CREATE TABLE events (id int, k int) PARTITION BY RANGE (k);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);
-- 2.sql
CREATE INDEX orders_customer_idx ON orders (customer_id); -- expect: non-concurrent-index
-- 3.sql
CREATE UNIQUE INDEX orders_code_idx ON orders (lower(code)) WHERE code IS NOT NULL; -- expect: non-concurrent-index
-- 4.sql
ALTER TABLE orders ADD COLUMN shop_id int;
CREATE INDEX orders_shop_idx ON orders (shop_id); -- expect: non-concurrent-index
-- 5.sql
CREATE INDEX events_id_idx ON events (id); -- expect: non-concurrent-index
