-- 1.sql
CREATE TABLE orders (id bigserial PRIMARY KEY, total int);
-- 2.sql
SET lock_timeout = '2s';
CREATE TABLE payments (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total int, kind int);
CREATE TEMPORARY TABLE numbers (id serial);
-- 3.sql
SET lock_timeout = '2s';
ALTER SEQUENCE orders_id_seq AS bigint;
CREATE SEQUENCE numbers_seq;
