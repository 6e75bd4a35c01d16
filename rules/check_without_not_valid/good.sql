-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, total int);
-- 2.sql
ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0) NOT VALID;
-- 3.sql
ALTER TABLE orders VALIDATE CONSTRAINT total_positive;
-- 4.sql
CREATE TABLE items (id int PRIMARY KEY, number int CHECK (number > 0));
ALTER TABLE items ADD CONSTRAINT few CHECK (number < 1000);
-- 5.sql
ALTER TABLE orders ADD COLUMN note text;
-- 6.sql
ALTER TABLE orders DROP CONSTRAINT total_positive;
