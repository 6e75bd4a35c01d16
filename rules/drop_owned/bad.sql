-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY);
ALTER TABLE orders OWNER TO legacy;
-- 2.sql
DROP OWNED BY legacy; -- expect: drop-owned
