-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY);
ALTER TABLE orders OWNER TO pg_monitor;
-- 2.sql
REASSIGN OWNED BY pg_monitor TO current_user;
