-- 1.sql
CREATE TABLE customers (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers DEFERRABLE INITIALLY DEFERRED, note text);
CREATE INDEX orders_customer ON orders (customer_id);
CREATE TABLE items (id bigint PRIMARY KEY, order_id bigint CONSTRAINT items_order REFERENCES orders DEFERRABLE);
CREATE FUNCTION checked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TABLE logs (id bigint PRIMARY KEY, note text);
CREATE CONSTRAINT TRIGGER logged AFTER INSERT ON logs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION checked();
-- 2.sql
INSERT INTO orders (id, customer_id) VALUES (-1, NULL);
ALTER TABLE orders ADD COLUMN total int; -- expect: pending-trigger-events
-- 3.sql
UPDATE orders SET customer_id = 1 WHERE customer_id IS NULL OR customer_id > 1;
CREATE INDEX orders_note ON orders (note); -- expect: pending-trigger-events
-- 4.sql
DELETE FROM customers WHERE id = 2;
ALTER TABLE customers ALTER COLUMN name SET DEFAULT ''; -- expect: pending-trigger-events
-- 5.sql
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO items (id) VALUES (-1);
TRUNCATE items; -- expect: pending-trigger-events
-- 6.sql
INSERT INTO logs (id) VALUES (-1);
DO $$ BEGIN
    ALTER TABLE logs ADD COLUMN level int; -- expect: pending-trigger-events
END $$;
