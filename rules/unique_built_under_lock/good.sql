-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
-- 2.sql no transaction
CREATE UNIQUE INDEX CONCURRENTLY orders_code_key ON orders (code);
-- 3.sql
ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE USING INDEX orders_code_key;
-- 4.sql
CREATE TABLE items (id int, number int UNIQUE);
ALTER TABLE items ADD PRIMARY KEY (id);
