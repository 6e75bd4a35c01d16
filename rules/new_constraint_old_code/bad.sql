-- 1.sql
CREATE TABLE shops (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, code text, total int, shop int);
-- 2.sql
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID; -- expect: new-constraint-old-code
-- 3.sql
ALTER TABLE orders ADD CONSTRAINT of_shop FOREIGN KEY (shop) REFERENCES shops NOT VALID; -- expect: new-constraint-old-code
-- 4.sql
ALTER TABLE orders ALTER COLUMN code SET NOT NULL; -- expect: new-constraint-old-code
