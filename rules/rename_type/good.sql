-- 1.sql
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TABLE orders (id int PRIMARY KEY, state state);
-- 2.sql
ALTER TYPE state ADD VALUE 'gone';
-- 3.sql
CREATE TYPE kind AS ENUM ('gift', 'sale');
ALTER TYPE kind RENAME TO order_kind;
-- 4.sql
ALTER TYPE order_kind RENAME TO order_kind_old;
CREATE TYPE order_kind AS ENUM ('gift', 'sale', 'loan');
DROP TYPE order_kind_old;
