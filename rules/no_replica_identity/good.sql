-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text NOT NULL);
CREATE TABLE shops (id int PRIMARY KEY, name text);
CREATE TABLE visits (id int, page text);
CREATE PUBLICATION sold FOR TABLE orders;
-- 2.sql
ALTER TABLE shops REPLICA IDENTITY NOTHING;
-- 3.sql
CREATE PUBLICATION seen FOR TABLE visits WITH (publish = 'insert');
-- 4.sql
ALTER TABLE orders REPLICA IDENTITY FULL;
