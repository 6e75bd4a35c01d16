-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers);
CREATE TRIGGER same BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
-- 2.sql
ALTER TABLE orders DISABLE TRIGGER ALL; -- expect: triggers-off
-- 3.sql
ALTER TABLE customers DISABLE TRIGGER same; -- expect: triggers-off
