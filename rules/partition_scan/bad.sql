-- 1.sql
CREATE TABLE events (k int NOT NULL, note text) PARTITION BY RANGE (k);
CREATE TABLE events_0 PARTITION OF events FOR VALUES FROM (-1000) TO (0);
CREATE TABLE events_1 (k int NOT NULL, note text);
CREATE TABLE visits (k int NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE visits_0 PARTITION OF visits FOR VALUES FROM (-1000) TO (0);
CREATE TABLE visits_rest (k int NOT NULL);
-- 2.sql
ALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (0) TO (1000); -- expect: partition-scan
-- 3.sql
ALTER TABLE visits ATTACH PARTITION visits_rest DEFAULT; -- expect: partition-scan
-- 4.sql
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (2000) TO (3000); -- expect: partition-scan
