-- 1.sql
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TABLE orders (id int PRIMARY KEY, state state);
-- 2.sql
ALTER TYPE state ADD VALUE 'fresh';
-- 3.sql
CREATE TYPE kind AS ENUM ('a', 'b');
ALTER TYPE kind RENAME VALUE 'a' TO 'c';
