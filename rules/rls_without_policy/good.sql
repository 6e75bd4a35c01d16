-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE shops (id int PRIMARY KEY, name text);
-- 2.sql
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_orders ON orders USING (true);
-- 3.sql
CREATE POLICY some_orders ON orders USING (code IS NOT NULL);
DROP POLICY all_orders ON orders;
-- 4.sql
CREATE TABLE visits (id int PRIMARY KEY);
ALTER TABLE visits ENABLE ROW LEVEL SECURITY;
