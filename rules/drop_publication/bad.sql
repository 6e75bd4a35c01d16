-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY);
CREATE PUBLICATION sold FOR TABLE orders;
-- 2.sql
DROP PUBLICATION sold; -- expect: drop-publication
