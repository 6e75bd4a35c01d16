-- 1.sql
CREATE TABLE offers (id int PRIMARY KEY, ends timestamptz NOT NULL);
-- 2.sql
ALTER TABLE offers ADD CONSTRAINT open CHECK (ends > now()) NOT VALID; -- expect: volatile-check
