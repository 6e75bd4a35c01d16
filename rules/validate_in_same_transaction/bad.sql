-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
-- 2.sql
ALTER TABLE orders ADD CONSTRAINT code_there CHECK (code <> '') NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT code_there; -- expect: validate-in-same-transaction
