-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY);
-- 2.sql
ALTER TABLE orders OWNER TO pg_monitor;
