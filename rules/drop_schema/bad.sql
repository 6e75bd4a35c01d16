-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY);
-- 2.sql
DROP SCHEMA legacy CASCADE; -- expect: drop-schema
