-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE shops (id int PRIMARY KEY, name text);
-- 2.sql
CREATE TABLE orders_new (id bigint PRIMARY KEY, code text);
INSERT INTO orders_new SELECT id, code FROM orders; -- expect: table-swapped-without-lock
ALTER TABLE orders RENAME TO orders_old;
ALTER TABLE orders_new RENAME TO orders;
-- 3.sql
CREATE TABLE shops_new AS SELECT id, name FROM shops; -- expect: table-swapped-without-lock
DROP TABLE shops;
ALTER TABLE shops_new RENAME TO shops;
