I
ALTER TABLE t SET (user_catalog_table=true);
ALTER TABLE t RESET (user_catalog_table);
