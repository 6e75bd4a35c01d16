-- 1.sql
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TABLE orders (id int PRIMARY KEY, state state);
-- 2.sql
ALTER TYPE state RENAME VALUE 'new' TO 'fresh'; -- expect: rename-enum-value
