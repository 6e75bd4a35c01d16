-- 1.sql
CREATE FUNCTION price(id int) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
CREATE FUNCTION tax(id int) RETURNS numeric LANGUAGE sql AS 'SELECT 0.2';
CREATE FUNCTION total(id int) RETURNS numeric LANGUAGE sql AS 'SELECT 1.2';
CREATE PROCEDURE tidy() LANGUAGE sql AS 'SELECT 1';
-- 2.sql
DROP FUNCTION price(int); -- expect: drop-function
-- 3.sql
ALTER FUNCTION tax(int) RENAME TO vat; -- expect: drop-function
-- 4.sql
DROP FUNCTION total(int); -- expect: drop-function
CREATE FUNCTION total(id int, currency text) RETURNS numeric LANGUAGE sql AS 'SELECT 1.2';
-- 5.sql
DROP PROCEDURE tidy; -- expect: drop-function
