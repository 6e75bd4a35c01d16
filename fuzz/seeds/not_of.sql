O
CREATE TYPE tofty AS (id int, b int);
CREATE TABLE tof OF tofty;
ALTER TABLE tof NOT OF;
