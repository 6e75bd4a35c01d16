-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON orders FOR SELECT USING (true);
CREATE POLICY writers ON orders FOR INSERT WITH CHECK (true);
-- 2.sql
DROP POLICY writers ON orders; -- expect: drop-policy
