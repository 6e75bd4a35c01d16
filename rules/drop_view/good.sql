-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY, name text, note text);
CREATE VIEW names AS SELECT name FROM customers;
CREATE VIEW notes (id, note) AS SELECT id, note FROM customers;
-- 2.sql
DROP VIEW names;
CREATE VIEW names AS SELECT name, id FROM customers;
-- 3.sql
DROP VIEW notes;
CREATE VIEW public.notes AS SELECT * FROM customers;
-- 4.sql
CREATE VIEW short AS SELECT id FROM customers;
DROP VIEW short;
-- 5.sql
DROP VIEW IF EXISTS never_there;
