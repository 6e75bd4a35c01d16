-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
-- 2.sql
CREATE TABLE orders_kept AS SELECT * FROM orders;
DROP TABLE orders;
CREATE TABLE orders (id bigint PRIMARY KEY, code text);
-- 3.sql
CREATE TABLE shops (id int PRIMARY KEY);
DROP TABLE shops;
CREATE TABLE shops (id bigint PRIMARY KEY);
