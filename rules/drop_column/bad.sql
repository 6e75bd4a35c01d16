-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, note text, extra text);
-- 2.sql
ALTER TABLE orders DROP COLUMN code; -- expect: drop-column
-- 3.sql
ALTER TABLE orders
    ADD COLUMN shop int,
    DROP COLUMN IF EXISTS note CASCADE, -- expect: drop-column
    DROP extra; -- expect: drop-column
-- 4.sql
ALTER TABLE elsewhere DROP COLUMN code; -- expect: drop-column
