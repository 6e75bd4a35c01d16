-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, price numeric(10,4), made timestamp, weight float8, code varchar(20));
-- 2.sql
ALTER TABLE orders ALTER COLUMN price TYPE numeric(10,2); -- expect: narrowing-type
-- 3.sql
ALTER TABLE orders ALTER COLUMN made TYPE date; -- expect: narrowing-type
-- 4.sql
ALTER TABLE orders ALTER COLUMN weight TYPE int; -- expect: narrowing-type
-- 5.sql
ALTER TABLE orders ALTER COLUMN code TYPE varchar(5) USING code::varchar(5); -- expect: narrowing-type
