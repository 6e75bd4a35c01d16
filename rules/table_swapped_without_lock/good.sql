-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE kept (id int, code text);
-- 2.sql
INSERT INTO kept SELECT id, code FROM orders;
-- 3.sql
CREATE TABLE shops (id int PRIMARY KEY, name text);
CREATE TABLE shops_new AS SELECT id, name FROM shops;
ALTER TABLE shops RENAME TO shops_old;
ALTER TABLE shops_new RENAME TO shops;
