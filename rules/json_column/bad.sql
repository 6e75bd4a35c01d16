-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, note text);
CREATE TABLE shops (id int PRIMARY KEY, name text);
-- 2.sql
ALTER TABLE orders ADD COLUMN extra json; -- expect: json-column
-- 3.sql
ALTER TABLE shops ADD COLUMN place point; -- expect: json-column
