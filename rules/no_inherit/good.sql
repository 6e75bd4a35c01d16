-- 1.sql
CREATE TABLE orders (id int);
CREATE TABLE old_orders () INHERITS (orders);
-- 2.sql no transaction
CREATE TABLE drafts () INHERITS (orders);
ALTER TABLE drafts NO INHERIT orders;
