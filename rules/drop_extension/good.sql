-- 1.sql
CREATE EXTENSION fuzzystrmatch;
-- 2.sql
DROP EXTENSION fuzzystrmatch;
CREATE EXTENSION fuzzystrmatch;
-- 3.sql
CREATE EXTENSION unaccent;
DROP EXTENSION unaccent;
-- 4.sql
DROP EXTENSION IF EXISTS hstore;
