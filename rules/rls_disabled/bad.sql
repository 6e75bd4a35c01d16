-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE POLICY own_orders ON orders USING (code = 'mine');
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
-- 2.sql
ALTER TABLE orders DISABLE ROW LEVEL SECURITY; -- expect: rls-disabled
