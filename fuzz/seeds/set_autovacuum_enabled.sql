Y
ALTER TABLE t SET (autovacuum_enabled=false);
