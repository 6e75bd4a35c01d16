-- 1.sql
CREATE TABLE orders (id bigserial PRIMARY KEY, total int);
-- 2.sql
CREATE TABLE payments (id serial PRIMARY KEY, total int); -- expect: short-key
-- 3.sql
SET lock_timeout = '2s';
ALTER SEQUENCE orders_id_seq AS int; -- expect: short-key
-- 4.sql
CREATE SEQUENCE numbers_seq AS smallint; -- expect: short-key
