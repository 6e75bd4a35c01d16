-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, total int);
CREATE MATERIALIZED VIEW totals AS SELECT id, total FROM orders;
CREATE UNIQUE INDEX totals_id ON totals (id);
-- 2.sql
REFRESH MATERIALIZED VIEW totals; -- expect: non-concurrent-refresh
