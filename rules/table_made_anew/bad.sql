-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE shops (id int PRIMARY KEY, name text);
-- 2.sql
DROP TABLE orders; -- expect: table-made-anew
CREATE TABLE orders (id bigint PRIMARY KEY, code text);
-- 3.sql
CREATE TABLE shops_new (id bigint PRIMARY KEY, name text);
DROP TABLE shops; -- expect: table-made-anew
ALTER TABLE shops_new RENAME TO shops;
