-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON orders FOR SELECT USING (true);
CREATE POLICY writers ON orders FOR INSERT WITH CHECK (true);
CREATE TABLE visits (id int PRIMARY KEY, page text);
CREATE POLICY readers ON visits FOR SELECT USING (true);
CREATE POLICY writers ON visits FOR INSERT WITH CHECK (true);
-- 2.sql
DROP POLICY writers ON orders;
CREATE POLICY inserters ON orders FOR INSERT WITH CHECK (true);
-- 3.sql
DROP POLICY writers ON visits;
-- 4.sql
CREATE TABLE shops (id int PRIMARY KEY);
ALTER TABLE shops ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_shops ON shops USING (true);
CREATE POLICY more_shops ON shops USING (true);
DROP POLICY more_shops ON shops;
