-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total numeric);
CREATE TABLE nodes (id int PRIMARY KEY, parent_id int);
-- 2.sql
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id); -- expect: fk-without-not-valid
-- 3.sql
ALTER TABLE nodes ADD FOREIGN KEY (parent_id) REFERENCES nodes (id); -- expect: fk-without-not-valid
-- 4.sql
ALTER TABLE orders
    ADD COLUMN note text,
    ADD CONSTRAINT again FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE; -- expect: fk-without-not-valid
-- 5.sql
ALTER TABLE orders ADD CONSTRAINT third FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT third; -- expect: fk-without-not-valid
