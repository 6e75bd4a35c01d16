-- 1.sql
CREATE TABLE orders (id bigint PRIMARY KEY, total int);
-- 2.sql
SET lock_timeout = '2s';
ALTER TABLE orders SET (autovacuum_enabled = false); -- expect: autovacuum-off
-- 3.sql
CREATE TABLE payments (id bigint PRIMARY KEY) WITH (autovacuum_enabled = off); -- expect: autovacuum-off
