-- 1.sql
CREATE TABLE offers (id int PRIMARY KEY, begins timestamptz NOT NULL, ends timestamptz NOT NULL);
-- 2.sql
ALTER TABLE offers ADD CONSTRAINT ordered CHECK (ends > begins) NOT VALID;
