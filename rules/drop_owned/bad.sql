-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY);
-- 2.sql
DROP OWNED BY pg_monitor; -- expect: drop-owned
