-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text);
CREATE TABLE kept (id int, code text);
-- 2.sql no transaction
CREATE TABLE orders_new (id bigint PRIMARY KEY, code text);
CREATE FUNCTION also_new() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO orders_new VALUES (NEW.id, NEW.code) ON CONFLICT (id) DO UPDATE SET code = NEW.code;
    RETURN NEW;
END $$;
CREATE TRIGGER also_new AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION also_new();
INSERT INTO orders_new SELECT id, code FROM orders ON CONFLICT (id) DO NOTHING;
ALTER TABLE orders RENAME TO orders_old;
ALTER TABLE orders_new RENAME TO orders;
-- 3.sql
INSERT INTO kept SELECT id, code FROM orders;
