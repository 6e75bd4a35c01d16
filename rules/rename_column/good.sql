-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, note text);
-- 2.sql
ALTER TABLE orders ADD COLUMN remark text;
-- 3.sql
ALTER TABLE orders ADD COLUMN shop int;
ALTER TABLE orders RENAME COLUMN shop TO shop_id;
-- 4.sql
CREATE TABLE shops (id int PRIMARY KEY, label text);
ALTER TABLE shops RENAME COLUMN label TO name;
-- 5.sql
ALTER TABLE orders ADD CONSTRAINT noted CHECK (note <> '') NOT VALID;
ALTER TABLE orders RENAME CONSTRAINT noted TO note_there;
