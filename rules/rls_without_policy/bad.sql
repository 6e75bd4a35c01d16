-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE shops (id int PRIMARY KEY, name text);
CREATE POLICY all_shops ON shops USING (true);
ALTER TABLE shops ENABLE ROW LEVEL SECURITY;
CREATE TABLE visits (id int PRIMARY KEY, page text);
ALTER TABLE visits OWNER TO pg_write_all_data;
ALTER TABLE visits ENABLE ROW LEVEL SECURITY;
-- 2.sql
ALTER TABLE orders ENABLE ROW LEVEL SECURITY; -- expect: rls-without-policy
-- 3.sql
DROP POLICY all_shops ON shops; -- expect: rls-without-policy
-- 4.sql
ALTER TABLE visits FORCE ROW LEVEL SECURITY; -- expect: rls-without-policy
