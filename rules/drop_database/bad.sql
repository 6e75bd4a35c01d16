-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY);
-- 2.sql no transaction
DROP DATABASE IF EXISTS legacy; -- expect: drop-database
