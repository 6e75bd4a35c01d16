-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers);
CREATE TRIGGER same BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
-- 2.sql
ALTER TABLE orders DISABLE TRIGGER same;
ALTER TABLE orders ENABLE TRIGGER same;
-- 3.sql
CREATE TABLE shops (id int PRIMARY KEY);
ALTER TABLE shops DISABLE TRIGGER ALL;
-- 4.sql
ALTER TABLE orders ENABLE ALWAYS TRIGGER same;
