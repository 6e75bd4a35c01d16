-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, shop int, state text);
-- 2.sql
ALTER TABLE orders ALTER COLUMN code SET NOT NULL; -- expect: not-null-on-existing-column
-- 3.sql
ALTER TABLE orders ADD CONSTRAINT shop_there CHECK (shop IS NOT NULL) NOT VALID;
-- 4.sql
ALTER TABLE orders ALTER shop SET NOT NULL; -- expect: not-null-on-existing-column
-- 5.sql
ALTER TABLE orders ADD CONSTRAINT state_known CHECK (state <> '') NOT VALID;
-- 6.sql
ALTER TABLE orders VALIDATE CONSTRAINT state_known;
-- 7.sql
ALTER TABLE orders ALTER COLUMN state SET NOT NULL; -- expect: not-null-on-existing-column
