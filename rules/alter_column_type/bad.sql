-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, total int, code varchar(50), price numeric(10,2), made timestamp, note varchar(50));
CREATE INDEX orders_note_idx ON orders (upper(note));
-- 2.sql
ALTER TABLE orders ALTER COLUMN total TYPE bigint; -- expect: alter-column-type
-- 3.sql
ALTER TABLE orders ALTER code TYPE varchar(20); -- expect: alter-column-type
-- 4.sql
ALTER TABLE orders ALTER COLUMN price SET DATA TYPE numeric(12,4); -- expect: alter-column-type
-- 5.sql
ALTER TABLE orders ALTER COLUMN made TYPE timestamptz USING made AT TIME ZONE 'Europe/Berlin'; -- expect: alter-column-type
-- 6.sql
ALTER TABLE orders ALTER COLUMN note TYPE varchar(100); -- expect: alter-column-type
-- 7.sql
ALTER TABLE elsewhere ALTER COLUMN code TYPE varchar(100); -- expect: alter-column-type
