-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TRIGGER same BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
-- 2.sql
DROP TRIGGER same ON orders;
CREATE TRIGGER same BEFORE UPDATE ON orders FOR EACH ROW WHEN (OLD.code IS NOT NULL) EXECUTE FUNCTION suppress_redundant_updates_trigger();
-- 3.sql
CREATE TABLE shops (id int PRIMARY KEY);
CREATE TRIGGER same BEFORE UPDATE ON shops FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
DROP TRIGGER same ON shops;
