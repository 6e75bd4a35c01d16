-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, total int, tax int NOT NULL GENERATED ALWAYS AS (coalesce(total, 0) / 5) STORED);
-- 2.sql
ALTER TABLE orders ALTER COLUMN tax DROP EXPRESSION; -- expect: drop-expression
