W
ALTER TABLE t SET (fillfactor=70, user_catalog_table=true);
