-- 1.sql
CREATE TABLE customers (id int PRIMARY KEY, name text, note text);
CREATE VIEW names AS SELECT name FROM customers;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS many FROM customers;
CREATE VIEW notes AS SELECT id, name, note FROM customers;
-- 2.sql
DROP VIEW IF EXISTS names; -- expect: drop-view
-- 3.sql
DROP MATERIALIZED VIEW counted; -- expect: drop-view
-- 4.sql
DROP VIEW notes; -- expect: drop-view
CREATE VIEW notes AS SELECT id, name FROM customers;
