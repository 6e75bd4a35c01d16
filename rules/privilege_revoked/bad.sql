-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
GRANT SELECT ON orders TO pg_monitor;
CREATE FUNCTION price() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- 2.sql
REVOKE SELECT ON orders FROM pg_monitor; -- expect: privilege-revoked
-- 3.sql
REVOKE EXECUTE ON FUNCTION price() FROM PUBLIC; -- expect: privilege-revoked
