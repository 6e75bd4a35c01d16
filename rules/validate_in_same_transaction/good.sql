-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
-- 2.sql
ALTER TABLE orders ADD CONSTRAINT code_there CHECK (code <> '') NOT VALID;
-- 3.sql
ALTER TABLE orders VALIDATE CONSTRAINT code_there;
-- 4.sql no transaction
ALTER TABLE orders ADD CONSTRAINT code_short CHECK (length(code) < 100) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT code_short;
