-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
CREATE TABLE audit (id int, note text);
CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS total FROM orders;
-- 2.sql
ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0); -- expect: blocking-work
-- 3.sql
ALTER TABLE orders ADD COLUMN key uuid DEFAULT gen_random_uuid(); -- expect: blocking-work
-- 4.sql
ALTER TABLE audit ADD PRIMARY KEY (id); -- expect: blocking-work
-- 5.sql
REINDEX TABLE orders; -- expect: blocking-work
-- 6.sql
REFRESH MATERIALIZED VIEW totals; -- expect: blocking-work
-- 7.sql
UPDATE orders SET code = upper(code); -- expect: blocking-work
-- 8.sql
ALTER TABLE orders ADD CONSTRAINT code_there CHECK (code <> '') NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT code_there; -- expect: blocking-work
-- 9.sql
CLUSTER orders USING orders_pkey; -- expect: blocking-work
-- 10.sql
ALTER TABLE orders SET UNLOGGED; -- expect: blocking-work
-- 11.sql
ALTER TABLE orders
    ADD COLUMN token uuid DEFAULT gen_random_uuid(), -- expect: blocking-work
    ADD COLUMN other uuid DEFAULT gen_random_uuid(); -- expect: blocking-work
-- 12.sql
ALTER TABLE orders
    ADD CHECK (total < 100), -- expect: blocking-work
    ALTER COLUMN total TYPE bigint;
-- 13.sql
CREATE TABLE customers (id int PRIMARY KEY, name text);
-- 14.sql
ALTER TABLE audit ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID;
-- 15.sql
ALTER TABLE customers ADD COLUMN email text;
ALTER TABLE audit VALIDATE CONSTRAINT note_there; -- expect: blocking-work
