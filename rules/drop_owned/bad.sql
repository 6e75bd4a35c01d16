-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY);
ALTER TABLE orders OWNER TO pg_monitor;
-- 2.sql
DROP OWNED BY pg_monitor; -- expect: drop-owned
