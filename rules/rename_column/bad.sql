-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, note text);
CREATE VIEW open_orders AS SELECT id, code FROM orders;
-- 2.sql
ALTER TABLE orders RENAME COLUMN note TO remark; -- expect: rename-column
-- 3.sql
ALTER TABLE elsewhere RENAME code TO sku; -- expect: rename-column
-- 4.sql
ALTER VIEW open_orders RENAME COLUMN code TO sku; -- expect: rename-column
