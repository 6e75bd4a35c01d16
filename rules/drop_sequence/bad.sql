-- 1.sql
CREATE SEQUENCE order_numbers;
-- 2.sql
DROP SEQUENCE order_numbers; -- expect: drop-sequence
