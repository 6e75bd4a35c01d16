-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TRIGGER same BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
-- 2.sql
DROP TRIGGER same ON orders; -- expect: drop-trigger
