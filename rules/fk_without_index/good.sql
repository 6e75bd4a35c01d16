-- 1.sql
CREATE TABLE customers (id bigint PRIMARY KEY, name text);
CREATE TABLE regions (id bigint, shop bigint, PRIMARY KEY (id, shop));
-- 2.sql
SET lock_timeout = '2s';
CREATE TABLE payments (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
CREATE INDEX payments_customer_idx ON payments (customer_id);
-- 3.sql
SET lock_timeout = '2s';
CREATE TABLE accounts (customer_id bigint PRIMARY KEY REFERENCES customers (id), region bigint, shop bigint, FOREIGN KEY (region, shop) REFERENCES regions);
CREATE INDEX accounts_region_idx ON accounts (shop, region, customer_id);
-- 4.sql
SET lock_timeout = '2s';
CREATE TABLE notes (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
CREATE INDEX notes_customer_idx ON notes (customer_id) WHERE customer_id IS NOT NULL;
