-- 1.sql
CREATE EXTENSION fuzzystrmatch;
-- 2.sql
DROP EXTENSION fuzzystrmatch; -- expect: drop-extension
