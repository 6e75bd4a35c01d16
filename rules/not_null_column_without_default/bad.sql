-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE audit (note text);
-- 2.sql
ALTER TABLE orders ADD COLUMN state text NOT NULL; -- expect: not-null-column-without-default
-- 3.sql
ALTER TABLE orders
    ADD COLUMN shop int,
    ADD COLUMN total numeric(10, 2) NOT NULL; -- expect: not-null-column-without-default
-- 4.sql
ALTER TABLE audit ADD COLUMN id bigint PRIMARY KEY; -- expect: not-null-column-without-default
