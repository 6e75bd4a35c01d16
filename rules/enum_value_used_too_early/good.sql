-- 1.sql
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE customers (id bigint PRIMARY KEY, felt mood, note text);
-- 2.sql
SET lock_timeout = '2s';
ALTER TYPE mood ADD VALUE 'calm';
ALTER TABLE customers ALTER COLUMN felt SET DEFAULT 'glad';
ALTER TABLE customers ALTER COLUMN note SET DEFAULT 'calm';
-- 3.sql
SET lock_timeout = '2s';
ALTER TABLE customers ALTER COLUMN felt SET DEFAULT 'calm';
UPDATE customers SET felt = 'calm' WHERE id = 1;
-- 4.sql no transaction
SET lock_timeout = '2s';
ALTER TYPE mood ADD VALUE 'angry';
INSERT INTO customers (id, felt) VALUES (-1, 'angry');
-- 5.sql
SET lock_timeout = '2s';
CREATE TYPE taste AS ENUM ('sweet', 'sour');
CREATE TABLE dishes (id bigint PRIMARY KEY, tastes taste DEFAULT 'sour');
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';
UPDATE customers SET felt = 'calm' WHERE id = 2;
