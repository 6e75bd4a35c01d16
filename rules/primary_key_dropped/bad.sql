-- 1.sql
CREATE TABLE orders (id int PRIMARY KEY, code text NOT NULL);
CREATE TABLE shops (id int, place int NOT NULL, CONSTRAINT shops_key PRIMARY KEY (id));
-- 2.sql
ALTER TABLE orders DROP CONSTRAINT orders_pkey; -- expect: primary-key-dropped
-- 3.sql
ALTER TABLE shops
    DROP CONSTRAINT shops_key, -- expect: primary-key-dropped
    ADD PRIMARY KEY (id, place);
