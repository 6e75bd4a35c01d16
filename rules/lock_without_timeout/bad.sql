-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, code text);
CREATE TABLE events (k int NOT NULL, note text) PARTITION BY RANGE (k);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (1000000000);
CREATE INDEX events_by_note ON events (note);
-- 2.sql
DROP INDEX events_by_note; -- expect: lock-without-timeout
-- 3.sql
ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey; -- expect: lock-without-timeout
ALTER TABLE customers ADD COLUMN email text;
-- 4.sql
ALTER TABLE orders ADD COLUMN payer_id int REFERENCES customers; -- expect: lock-without-timeout
-- 5.sql
ALTER TABLE orders ADD CONSTRAINT buyer FOREIGN KEY (customer_id) REFERENCES customers NOT VALID; -- expect: lock-without-timeout
