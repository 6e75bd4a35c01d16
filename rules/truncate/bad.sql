-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers);
CREATE TABLE carts (id int PRIMARY KEY);
-- 2.sql
TRUNCATE carts; -- expect: truncate
-- 3.sql
TRUNCATE customers CASCADE; -- expect: truncate
