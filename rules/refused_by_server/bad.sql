-- 1.sql
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE colour AS ENUM ('red');
CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, region int);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers, total int NOT NULL DEFAULT 0, felt mood, note text);
CREATE INDEX orders_note ON orders (note);
CREATE VIEW totals AS SELECT id, total FROM orders;
CREATE MATERIALIZED VIEW sums AS SELECT customer_id, total FROM orders;
CREATE TABLE events (id bigint NOT NULL, day date NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (1000);
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER stamped BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TABLE old_orders (id bigint);
DROP TABLE old_orders;
-- 2.sql
ALTER TABLE orders ADD COLUMN seen timestampz; -- expect: refused-by-server
-- 3.sql
CREATE TABLE orders (id bigint); -- expect: refused-by-server
-- 4.sql
CREATE INDEX orders_note ON orders (total); -- expect: refused-by-server
-- 5.sql
ALTER TABLE orders ADD COLUMN note text; -- expect: refused-by-server
-- 6.sql
ALTER TABLE orders ALTER COLUMN notes SET DEFAULT ''; -- expect: refused-by-server
-- 7.sql
ALTER TABLE orders DROP CONSTRAINT orders_total_check; -- expect: refused-by-server
-- 8.sql
ALTER TABLE old_orders ADD COLUMN note text; -- expect: refused-by-server
-- 9.sql
DROP TABLE orders; -- expect: refused-by-server
-- 10.sql
ALTER TABLE orders DROP COLUMN total; -- expect: refused-by-server
-- 11.sql
DROP TYPE mood; -- expect: refused-by-server
-- 12.sql
DROP FUNCTION stamp(); -- expect: refused-by-server
-- 13.sql
ALTER TABLE customers DROP CONSTRAINT customers_pkey; -- expect: refused-by-server
-- 14.sql
DROP INDEX orders_pkey; -- expect: refused-by-server
-- 15.sql
ALTER TABLE orders ALTER COLUMN total TYPE bigint; -- expect: refused-by-server
-- 16.sql
ALTER TABLE customers ALTER COLUMN email TYPE int; -- expect: refused-by-server
-- 17.sql
CREATE OR REPLACE VIEW totals AS SELECT id FROM orders; -- expect: refused-by-server
-- 18.sql
TRUNCATE customers; -- expect: refused-by-server
-- 19.sql
ALTER TABLE orders ADD CONSTRAINT orders_region FOREIGN KEY (total) REFERENCES customers (region); -- expect: refused-by-server
-- 20.sql
ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (note) REFERENCES customers (id); -- expect: refused-by-server
-- 21.sql
ALTER TABLE orders ADD PRIMARY KEY (customer_id); -- expect: refused-by-server
-- 22.sql
ALTER TABLE events ADD UNIQUE (day); -- expect: refused-by-server
-- 23.sql
CREATE UNIQUE INDEX orders_note_hash ON orders USING hash (note); -- expect: refused-by-server
-- 24.sql
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (500) TO (1500); -- expect: refused-by-server
-- 25.sql no transaction
CREATE INDEX CONCURRENTLY events_day ON events (day); -- expect: refused-by-server
-- 26.sql no transaction
ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY; -- expect: refused-by-server
-- 27.sql no transaction
REFRESH MATERIALIZED VIEW CONCURRENTLY sums; -- expect: refused-by-server
-- 28.sql
ALTER TABLE customers ALTER COLUMN region ADD GENERATED ALWAYS AS IDENTITY; -- expect: refused-by-server
-- 29.sql
UPDATE orders SET remark = 'none'; -- expect: refused-by-server
-- 30.sql
DO $$ BEGIN
    CREATE TYPE colour AS ENUM ('red', 'blue'); -- expect: refused-by-server
END $$;
