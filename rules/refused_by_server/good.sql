-- 1.sql
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, region int NOT NULL UNIQUE);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note text);
CREATE INDEX orders_note ON orders (note);
CREATE VIEW notes AS SELECT id, note FROM orders;
CREATE MATERIALIZED VIEW sums AS SELECT id, note FROM orders;
CREATE UNIQUE INDEX sums_id ON sums (id);
CREATE TABLE events (id bigint NOT NULL, day date NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (1000);
CREATE TABLE parked (id bigint);
SET lock_timeout = '2s';
-- 2.sql
SET lock_timeout = '2s';
CREATE TABLE IF NOT EXISTS orders (id bigint);
CREATE INDEX IF NOT EXISTS orders_note ON orders (customer_id);
ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;
ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_total_check;
CREATE TEMPORARY TABLE orders (id bigint);
DROP TABLE orders;
-- 3.sql
SET lock_timeout = '2s';
ALTER TABLE IF EXISTS old_orders ADD COLUMN note text;
DROP TYPE IF EXISTS feeling;
DO $$ BEGIN
    CREATE TYPE mood AS ENUM ('sad');
EXCEPTION WHEN duplicate_object THEN
    NULL;
END $$;
DO $$ BEGIN
    IF to_regclass('parked') IS NULL THEN
        CREATE TABLE parked (id bigint);
    END IF;
END $$;
-- 4.sql
SET lock_timeout = '2s';
CREATE OR REPLACE VIEW notes AS SELECT id, note, customer_id FROM orders;
-- 5.sql
SET lock_timeout = '2s';
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (1000) TO (2000);
CREATE UNIQUE INDEX events_key ON ONLY events (id, day);
ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
-- 6.sql
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN seen timestamptz;
