-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE totals (id int PRIMARY KEY, code text);
CREATE TABLE kept (id int, code text);
-- 2.sql
LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE;
CREATE TABLE orders_new (id bigint PRIMARY KEY, code text);
INSERT INTO orders_new SELECT id, code FROM orders WHERE id = 1;
ALTER TABLE orders RENAME TO orders_old;
ALTER TABLE orders_new RENAME TO orders;
-- 3.sql
CREATE TABLE totals_new (id bigint PRIMARY KEY, code text);
INSERT INTO totals_new SELECT id, code FROM totals WHERE id = 1;
LOCK TABLE totals IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO totals_new SELECT id, code FROM totals WHERE id = 2;
ALTER TABLE totals RENAME TO totals_old;
ALTER TABLE totals_new RENAME TO totals;
-- 4.sql
INSERT INTO kept SELECT id, code FROM orders WHERE id = 3;
