C
ALTER TABLE t SET (parallel_workers=4);
