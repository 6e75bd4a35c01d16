-- 1.sql
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE customers (id bigint PRIMARY KEY, felt mood, note text);
-- 2.sql
ALTER TYPE mood ADD VALUE 'calm';
ALTER TABLE customers ALTER COLUMN felt SET DEFAULT 'calm'; -- expect: enum-value-used-too-early
-- 3.sql
ALTER TYPE mood ADD VALUE 'tired' BEFORE 'glad';
UPDATE customers SET felt = 'tired' WHERE id = 1; -- expect: enum-value-used-too-early
-- 4.sql
ALTER TYPE mood ADD VALUE 'angry';
INSERT INTO customers (id, felt) VALUES (-1, 'angry'); -- expect: enum-value-used-too-early
-- 5.sql
ALTER TYPE mood ADD VALUE 'proud';
ALTER TABLE customers ADD COLUMN later mood DEFAULT 'proud'; -- expect: enum-value-used-too-early
-- 6.sql
ALTER TYPE mood ADD VALUE 'bored';
ALTER TABLE customers ADD CONSTRAINT not_bored CHECK (felt <> 'bored') NOT VALID; -- expect: enum-value-used-too-early
-- 7.sql
ALTER TYPE mood ADD VALUE 'shy';
DO $$ BEGIN
    UPDATE customers SET felt = 'sad' WHERE felt = 'shy' AND id = 1; -- expect: enum-value-used-too-early
END $$;
