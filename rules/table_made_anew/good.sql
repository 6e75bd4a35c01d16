-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE visits (id int PRIMARY KEY);
-- 2.sql
LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE;
CREATE TABLE orders_new (id bigint PRIMARY KEY, code text);
INSERT INTO orders_new SELECT * FROM orders WHERE id = 1;
DROP TABLE orders;
ALTER TABLE orders_new RENAME TO orders;
-- 3.sql
CREATE TABLE shops (id int PRIMARY KEY);
DROP TABLE shops;
CREATE TABLE shops (id bigint PRIMARY KEY);
