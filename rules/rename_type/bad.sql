-- 1.sql
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TYPE kind AS ENUM ('gift', 'sale');
CREATE TABLE orders (id int PRIMARY KEY, state state);
-- 2.sql
ALTER TYPE state RENAME TO order_state; -- expect: rename-type
-- 3.sql
ALTER TYPE kind RENAME TO kind_old; -- expect: rename-type
CREATE TYPE kind AS ENUM ('sale');
DROP TYPE kind_old;
