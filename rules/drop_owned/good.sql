-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY);
ALTER TABLE orders OWNER TO legacy;
-- 2.sql
REASSIGN OWNED BY legacy TO app;
