-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql
LOCK TABLE orders IN ACCESS SHARE MODE;
-- 3.sql
LOCK TABLE orders IN ROW EXCLUSIVE MODE;
-- 4.sql
CREATE TABLE items (id int PRIMARY KEY);
LOCK TABLE items;
