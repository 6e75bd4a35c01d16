-- What mig-lint has to know of the sizes in a database: statistics and file sizes, no row of any table. It only reads, and holds no lock that anybody waits for.
-- Where mig-lint cannot connect, run this and name the file: psql --csv --file query.sql > sizes.csv; mig-lint --sizes sizes.csv migrations/
WITH RECURSIVE space AS (
    SELECT oid, nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
tables AS (
    SELECT c.oid, s.nspname, c.relname, c.relkind, c.reltoastrelid, h.inhparent,
        -- As the planner counts: the density when it was last looked at, times the pages of now (estimate_rel_size in plancat.c).
        CASE
            WHEN c.relkind = 'p' THEN NULL
            WHEN c.reltuples >= 0 AND c.relpages > 0
                THEN round(c.reltuples / c.relpages * (pg_relation_size(c.oid) / current_setting('block_size')::int))::bigint
            WHEN c.reltuples >= 0 AND pg_relation_size(c.oid) = 0 THEN 0
            WHEN pg_stat_get_live_tuples(c.oid) > 0 THEN pg_stat_get_live_tuples(c.oid)
        END AS live
    FROM pg_class c
    JOIN space s ON s.oid = c.relnamespace
    LEFT JOIN pg_inherits h ON h.inhrelid = c.oid AND c.relispartition
    WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't'
),
-- The partitioned table that a partition of a partition belongs to in the end.
tops AS (
    SELECT oid, oid AS top FROM tables WHERE inhparent IS NULL
    UNION ALL
    SELECT t.oid, p.top FROM tables t JOIN tops p ON t.inhparent = p.oid
),
sums AS (
    SELECT tops.top, sum(t.live) AS live FROM tops JOIN tables t ON t.oid = tops.oid GROUP BY tops.top
),
hidden AS (
    SELECT count(DISTINCT t.oid) AS number
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE NOT has_column_privilege(t.oid, a.attnum, 'SELECT')
),
running AS (
    SELECT extract(epoch FROM now() - COALESCE(stats_reset, to_timestamp((SELECT system_identifier >> 32 FROM pg_control_system()))))::bigint AS seconds
    FROM pg_stat_database WHERE datname = current_database()
)
SELECT 'server' AS kind, NULL AS schema, current_database()::text AS name, NULL AS parent, (SELECT count(*) FROM tables) AS rows, NULL::bigint AS bytes, NULL::bigint AS toast,
    (SELECT number FROM hidden) AS reads, (SELECT seconds FROM running) AS writes, current_setting('server_version') AS detail, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS more
UNION ALL
SELECT 'setting', NULL, name, NULL, NULL, NULL, NULL, NULL, NULL, current_setting(name), NULL
FROM pg_settings
WHERE name IN ('maintenance_work_mem', 'max_parallel_maintenance_workers', 'max_wal_size', 'shared_buffers', 'synchronous_commit', 'wal_level')
UNION ALL
SELECT 'table', t.nspname, t.relname, (SELECT p.relname FROM pg_class p WHERE p.oid = t.inhparent), t.live,
    CASE WHEN t.relkind <> 'p' THEN pg_relation_size(t.oid) END,
    CASE WHEN t.reltoastrelid <> 0 THEN pg_total_relation_size(t.reltoastrelid) END,
    pg_stat_get_numscans(t.oid) + COALESCE((SELECT sum(pg_stat_get_numscans(i.indexrelid)) FROM pg_index i WHERE i.indrelid = t.oid), 0)::bigint,
    pg_stat_get_tuples_inserted(t.oid) + pg_stat_get_tuples_updated(t.oid) + pg_stat_get_tuples_deleted(t.oid),
    t.relkind::text,
    (SELECT n.nspname FROM pg_class p JOIN pg_namespace n ON n.oid = p.relnamespace WHERE p.oid = t.inhparent)
FROM tables t
UNION ALL
SELECT 'index', t.nspname, c.relname, t.relname, NULL, CASE WHEN c.relkind = 'i' THEN pg_relation_size(c.oid) END, NULL, NULL, NULL, m.amname, CASE WHEN i.indisvalid THEN 'valid' ELSE 'invalid' END
FROM tables t
JOIN pg_index i ON i.indrelid = t.oid
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am m ON m.oid = c.relam
UNION ALL
SELECT 'constraint', t.nspname, c.conname, t.relname, NULL, NULL, NULL, NULL, NULL, c.contype::text, 'not valid'
FROM tables t
JOIN pg_constraint c ON c.conrelid = t.oid
WHERE NOT c.convalidated AND c.conparentid = 0
UNION ALL
SELECT 'column', t.nspname, a.attname, t.relname, NULL, w.width, NULL, NULL, NULL, w.nulls::numeric(4, 2)::text, format_type(a.atttypid, a.atttypmod)
FROM tables t
JOIN tops ON tops.oid = t.oid
JOIN sums ON sums.top = tops.top AND sums.live >= 10000
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN (
    SELECT schemaname, tablename, attname, max(avg_width)::bigint AS width, max(null_frac) AS nulls
    FROM pg_stats GROUP BY schemaname, tablename, attname
) w ON w.schemaname = t.nspname AND w.tablename = t.relname AND w.attname = a.attname
WHERE tops.top = t.oid
ORDER BY kind, schema, parent NULLS FIRST, name
