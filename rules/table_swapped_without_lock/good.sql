-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE totals (id int PRIMARY KEY, code text);
-- 2.sql
LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE;
CREATE TABLE orders_new (id bigint PRIMARY KEY, code text);
INSERT INTO orders_new SELECT id, code FROM orders WHERE id < 100;
ALTER TABLE orders RENAME TO orders_old;
ALTER TABLE orders_new RENAME TO orders;
-- 3.sql
INSERT INTO totals SELECT id, code FROM orders WHERE id < 10;
