-- 1.sql
CREATE SEQUENCE order_numbers;
-- 2.sql
DROP SEQUENCE order_numbers;
CREATE SEQUENCE order_numbers START 1000;
-- 3.sql
CREATE SEQUENCE of_the_moment;
DROP SEQUENCE of_the_moment;
-- 4.sql
DROP SEQUENCE IF EXISTS never_there;
