-- 1.sql
CREATE TABLE orders (id int);
CREATE TABLE old_orders () INHERITS (orders);
-- 2.sql
ALTER TABLE old_orders NO INHERIT orders; -- expect: no-inherit
