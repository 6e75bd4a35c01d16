-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
GRANT SELECT ON orders TO pg_monitor;
-- 2.sql
REVOKE ALL ON orders FROM PUBLIC;
-- 3.sql
REVOKE SELECT ON orders FROM pg_monitor;
GRANT SELECT, INSERT ON orders TO pg_monitor;
-- 4.sql
CREATE FUNCTION price() RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION price() FROM PUBLIC;
-- 5.sql
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
