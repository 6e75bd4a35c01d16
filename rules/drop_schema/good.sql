-- 1.sql
CREATE SCHEMA reports;
CREATE SCHEMA drafts;
-- 2.sql
DROP SCHEMA reports;
-- 3.sql
DROP SCHEMA drafts CASCADE;
-- 4.sql
CREATE SCHEMA scratch;
CREATE TABLE scratch.lines (id int);
DROP SCHEMA scratch CASCADE;
