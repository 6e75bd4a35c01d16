-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text, old json);
CREATE TABLE shops (id int PRIMARY KEY, name text);
-- 2.sql
ALTER TABLE shops ADD COLUMN extra jsonb;
-- 3.sql
CREATE TABLE events (id int PRIMARY KEY, body json);
-- 4.sql
CREATE TABLE payments (id int PRIMARY KEY);
ALTER TABLE payments ADD COLUMN body json;
