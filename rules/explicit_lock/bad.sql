-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, total int);
-- 2.sql
LOCK TABLE orders IN ACCESS EXCLUSIVE MODE; -- expect: explicit-lock
-- 3.sql
LOCK TABLE orders IN SHARE MODE; -- expect: explicit-lock
