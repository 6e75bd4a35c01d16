-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, place int);
CREATE TABLE audit (id int NOT NULL, note text);
CREATE TABLE events (id int, k int) PARTITION BY RANGE (k);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100000000);
-- 2.sql
ALTER TABLE audit ADD PRIMARY KEY (id); -- expect: unique-built-under-lock
-- 3.sql
ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code); -- expect: unique-built-under-lock
-- 4.sql
ALTER TABLE orders ADD CONSTRAINT one_place EXCLUDE (place WITH =); -- expect: unique-built-under-lock
-- 5.sql
ALTER TABLE orders ADD COLUMN number int UNIQUE; -- expect: unique-built-under-lock
-- 6.sql
ALTER TABLE events ADD CONSTRAINT events_k_key UNIQUE (k); -- expect: unique-built-under-lock
