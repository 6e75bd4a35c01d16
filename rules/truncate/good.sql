-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY);
-- 2.sql
CREATE TABLE carts (id int PRIMARY KEY);
TRUNCATE carts;
-- 3.sql
CREATE TEMPORARY TABLE scratch (id int);
TRUNCATE scratch;
