-- 1.sql
CREATE TABLE events (k int NOT NULL, note text) PARTITION BY RANGE (k);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (1000);
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (1000) TO (2000);
-- 2.sql
ALTER TABLE events DETACH PARTITION events_1; -- expect: non-concurrent-detach
