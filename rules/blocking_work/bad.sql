-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE events (k int NOT NULL, note text) PARTITION BY RANGE (k);
CREATE INDEX events_by_note ON events (note);
CREATE TABLE events_0 PARTITION OF events FOR VALUES FROM (-1000) TO (0);
CREATE TABLE events_1 (k int NOT NULL CHECK (k >= 0 AND k < 1000), note text);
-- 2.sql
SELECT id FROM orders FOR UPDATE; -- expect: blocking-work
-- 3.sql
ALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (0) TO (1000); -- expect: blocking-work
-- 4.sql
ALTER TABLE orders ADD COLUMN customer_id int DEFAULT 1 REFERENCES customers; -- expect: blocking-work
