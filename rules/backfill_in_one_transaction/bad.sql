-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql
UPDATE orders SET code = upper(code); -- expect: backfill-in-one-transaction
-- 3.sql
ALTER TABLE orders ADD COLUMN twice int;
UPDATE orders SET twice = total * 2 WHERE twice IS NULL; -- expect: backfill-in-one-transaction
-- 4.sql
DO $$
BEGIN
    LOOP
        UPDATE orders SET code = lower(code)
            WHERE id IN (SELECT id FROM orders WHERE code <> lower(code) LIMIT 1000);
        EXIT WHEN NOT FOUND;
    END LOOP;
END $$; -- expect: backfill-in-one-transaction
-- 5.sql
DELETE FROM orders WHERE total > 0; -- expect: backfill-in-one-transaction
