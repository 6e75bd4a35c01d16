-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE shops (id int PRIMARY KEY, name text);
CREATE TABLE visits (id int, page text);
CREATE PUBLICATION sold FOR TABLE orders, shops;
-- 2.sql
ALTER TABLE orders DROP CONSTRAINT orders_pkey; -- expect: no-replica-identity
-- 3.sql
ALTER TABLE shops REPLICA IDENTITY NOTHING; -- expect: no-replica-identity
-- 4.sql
CREATE PUBLICATION seen FOR TABLE visits; -- expect: no-replica-identity
