-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, total int);
CREATE DOMAIN quantity AS int;
CREATE TABLE items (id int PRIMARY KEY, number quantity);
-- 2.sql
ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0); -- expect: check-without-not-valid
-- 3.sql
ALTER TABLE orders ADD COLUMN note text CHECK (note <> ''); -- expect: check-without-not-valid
-- 4.sql
ALTER TABLE orders
    ADD CHECK (total < 100), -- expect: check-without-not-valid
    ALTER COLUMN total TYPE bigint;
-- 5.sql
ALTER DOMAIN quantity ADD CONSTRAINT positive CHECK (VALUE > 0); -- expect: check-without-not-valid
