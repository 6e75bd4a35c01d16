-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE audit (id int, note text);
-- 2.sql
ALTER TABLE audit ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID;
-- 3.sql
ALTER TABLE customers ADD COLUMN email text;
ALTER TABLE audit VALIDATE CONSTRAINT note_there; -- expect: work-under-held-lock
-- 4.sql
ALTER TABLE orders ADD COLUMN note text;
SELECT count(*) FROM orders WHERE code = 'x'; -- expect: work-under-held-lock
-- 5.sql
ALTER TABLE customers ADD COLUMN town text;
CREATE TABLE names AS SELECT name FROM customers; -- expect: work-under-held-lock
