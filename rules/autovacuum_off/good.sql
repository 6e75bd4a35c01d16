-- 1.sql
CREATE TABLE orders (id bigint PRIMARY KEY, total int);
-- 2.sql
SET lock_timeout = '2s';
ALTER TABLE orders SET (autovacuum_enabled = false);
ALTER TABLE orders RESET (autovacuum_enabled);
-- 3.sql
SET lock_timeout = '2s';
ALTER TABLE orders SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_enabled = on);
