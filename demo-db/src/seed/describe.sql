-- One table as the catalog knows it, as one JSON document; {table} is a literal that regclass reads.
-- What the numbers in atttypmod mean: src/backend/utils/adt/{varchar,numeric}.c.
WITH RECURSIVE subject AS (
    SELECT c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = {table}::regclass
),
-- A column of a domain, down to the type below all domains.
typed AS (
    SELECT a.attnum, a.atttypid AS type, a.atttypmod AS modifier, a.attnotnull AS not_null, ARRAY[]::oid[] AS domains
    FROM pg_attribute a
    JOIN subject s ON a.attrelid = s.oid
    WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT d.attnum, t.typbasetype, coalesce(nullif(t.typtypmod, -1), d.modifier), d.not_null OR t.typnotnull, d.domains || t.oid
    FROM typed d
    JOIN pg_type t ON t.oid = d.type
    WHERE t.typtype = 'd'
),
columns AS (
    SELECT a.attnum, a.attname, a.attgenerated <> '' AS generated, d.not_null, d.domains, d.modifier,
        format_type(a.atttypid, a.atttypmod) AS type, format_type(d.type, d.modifier) AS base, t.typname, t.typtype, t.typcategory,
        pg_get_expr(f.adbin, f.adrelid) AS default_text, t.oid AS base_oid, t.typrelid, 
        least(t.typsend::oid, t.typreceive::oid, e.typsend::oid, e.typreceive::oid) <> 0 AS has_binary, t.typreceive <> 0 AS is_read,
        coalesce((
            SELECT json_agg(DISTINCT b.attname)
            FROM pg_depend o
            JOIN pg_attribute b ON b.attrelid = o.refobjid AND b.attnum = o.refobjsubid
            WHERE a.attgenerated <> '' AND o.refclassid = 'pg_class'::regclass AND o.refobjid = a.attrelid AND o.refobjsubid NOT IN (0, a.attnum)
                AND (o.classid = 'pg_class'::regclass AND o.objid = a.attrelid AND o.objsubid = a.attnum
                    OR o.classid = 'pg_attrdef'::regclass AND o.objid = f.oid)
        ), '[]') AS sources,
        e.typname AS element, e.typtype AS element_kind, format_type(e.oid, d.modifier) AS element_type,
        (
            SELECT format('%I.%I', n.nspname, q.relname)
            FROM pg_depend o
            JOIN pg_class q ON q.oid = CASE WHEN o.classid = 'pg_class'::regclass THEN o.objid ELSE o.refobjid END AND q.relkind = 'S'
            JOIN pg_namespace n ON n.oid = q.relnamespace
            -- An identity's sequence depends on the column; a default depends on the sequence that it asks.
            WHERE (o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
                    AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum AND o.deptype = 'i')
                OR (o.classid = 'pg_attrdef'::regclass AND o.objid = f.oid AND o.refclassid = 'pg_class'::regclass AND o.deptype = 'n')
            ORDER BY q.oid
            LIMIT 1
        ) AS counter
    FROM typed d
    JOIN pg_type t ON t.oid = d.type AND t.typtype <> 'd'
    JOIN pg_attribute a ON a.attrelid = (SELECT oid FROM subject) AND a.attnum = d.attnum
    LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
    LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
),
-- The table itself and, where it is partitioned, everything below it.
nodes AS (
    SELECT s.oid, NULL::oid AS parent FROM subject s
    UNION ALL
    SELECT i.inhrelid, i.inhparent FROM nodes n
    JOIN pg_partitioned_table p ON p.partrelid = n.oid
    JOIN pg_inherits i ON i.inhparent = n.oid
),
keys AS (
    SELECT i.indexrelid, k.relname AS name,
        (
            SELECT json_agg(a.attname ORDER BY u.at)
            FROM (
                SELECT at, number::int FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY AS listed (number, at)
                UNION
                -- Columns inside an expression: all that the index, or its constraint, depends on.
                SELECT 1000 + o.refobjsubid, o.refobjsubid
                FROM pg_depend o
                WHERE i.indexprs IS NOT NULL AND o.classid = 'pg_class'::regclass AND o.objid = i.indexrelid
                    AND o.refclassid = 'pg_class'::regclass AND o.refobjid = i.indrelid AND o.refobjsubid > 0
                    AND NOT o.refobjsubid = ANY (i.indkey)
            ) u
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number
        ) AS columns
    FROM pg_index i
    JOIN pg_class k ON k.oid = i.indexrelid
    WHERE i.indrelid = (SELECT oid FROM subject) AND (i.indisunique OR i.indisexclusion)
),
-- Columns named as if they pointed at a table that is there: what a migration may be about to declare.
likely AS (
    SELECT DISTINCT ON (c.attnum) c.attname, p.relname, n.nspname, a.attname AS parent_column
    FROM columns c
    JOIN pg_class own ON own.oid = (SELECT oid FROM subject)
    JOIN pg_class p ON p.relnamespace = own.relnamespace AND p.relkind IN ('r', 'p') AND p.oid <> own.oid AND NOT p.relispartition
    JOIN pg_namespace n ON n.oid = p.relnamespace
    JOIN pg_index i ON i.indrelid = p.oid AND i.indisprimary AND i.indnkeyatts = 1
    JOIN pg_attribute a ON a.attrelid = p.oid AND a.attnum = i.indkey[0]
    JOIN pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (
        SELECT min(plural.rank) AS rank
        FROM (VALUES ('', 0), ('s', 1), ('es', 2)) AS plural (ending, rank)
        WHERE p.relname = left(c.attname, -3) || plural.ending
            -- Frameworks put an application's name in front.
            OR right(p.relname, length(c.attname) - 2 + length(plural.ending)) = '_' || left(c.attname, -3) || plural.ending
    ) match
    WHERE right(c.attname, 3) = '_id' AND match.rank IS NOT NULL
        AND (t.typname = c.typname OR t.typname ~ '^int[248]$' AND c.typname ~ '^int[248]$')
        AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = own.oid AND c.attnum = ANY (f.conkey))
    ORDER BY c.attnum, p.relname <> left(c.attname, -3), match.rank, length(p.relname), p.relname
)
SELECT json_build_object(
    'name', s.name,
    'kind', s.relkind,
    'referenced', EXISTS (
        SELECT FROM pg_constraint r WHERE r.contype = 'f' AND r.confrelid IN (SELECT oid FROM nodes) AND r.conrelid NOT IN (SELECT oid FROM nodes)
    ),
    'columns', coalesce((
        SELECT json_agg(json_build_object(
            'name', c.attname, 'generated', c.generated, 'sources', c.sources, 'not_null', c.not_null, 'type', c.type, 'default', c.default_text, 'counter', c.counter,
            'base', json_build_object('name', c.typname, 'text', c.base, 'kind', c.typtype, 'category', c.typcategory, 'modifier', c.modifier,
                'binary', c.has_binary, 'is_read', c.is_read, 'element', c.element, 'element_kind', c.element_kind, 'element_type', c.element_type,
                'fields', (SELECT count(*) FROM pg_attribute f WHERE f.attrelid = c.typrelid AND f.attnum > 0 AND c.typtype = 'c'),
                'labels', (SELECT coalesce(json_agg(enumlabel ORDER BY enumsortorder), '[]') FROM pg_enum WHERE enumtypid = c.base_oid))
        ) ORDER BY c.attnum) FROM columns c
    ), '[]'),
    'keys', coalesce((
        SELECT json_agg(json_build_object('name', k.name, 'columns', coalesce(k.columns, '[]')) ORDER BY k.name) FROM keys k
    ), '[]'),
    'foreign_keys', coalesce((
        SELECT json_agg(json_build_object(
            'name', f.conname,
            'parent', format('%I.%I', n.nspname, p.relname),
            'own', f.confrelid = f.conrelid,
            'columns', (
                SELECT json_agg(a.attname ORDER BY u.at) FROM unnest(f.conkey) WITH ORDINALITY AS u (number, at)
                JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = u.number
            ),
            'parent_columns', (
                SELECT json_agg(a.attname ORDER BY u.at) FROM unnest(f.confkey) WITH ORDINALITY AS u (number, at)
                JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = u.number
            )
        ) ORDER BY f.conname)
        FROM pg_constraint f
        JOIN pg_class p ON p.oid = f.confrelid
        JOIN pg_namespace n ON n.oid = p.relnamespace
        WHERE f.contype = 'f' AND f.conrelid = s.oid
            -- A key on a partitioned parent has a copy for each of its partitions.
            AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.oid = f.conparentid AND o.conrelid = s.oid)
    ), '[]'),
    'likely_keys', coalesce((
        SELECT json_agg(json_build_object(
            'name', '', 'parent', format('%I.%I', l.nspname, l.relname), 'own', false,
            'columns', json_build_array(l.attname), 'parent_columns', json_build_array(l.parent_column)
        ) ORDER BY l.attname) FROM likely l
    ), '[]'),
    'checks', coalesce((
        SELECT json_agg(json_build_object('name', k.name, 'columns', k.columns, 'expression', k.expression, 'domain', k.domain) ORDER BY k.domain DESC, k.name)
        FROM (
            SELECT k.conname AS name, pg_get_expr(k.conbin, k.conrelid) AS expression, false AS domain,
                (
                    SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a
                    WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
                ) AS columns
            FROM pg_constraint k WHERE k.contype = 'c' AND k.conrelid = s.oid
            UNION ALL
            SELECT k.conname, pg_get_constraintdef(k.oid), true, json_build_array(c.attname)
            FROM columns c
            JOIN pg_constraint k ON k.contypid = ANY (c.domains) AND k.contype = 'c'
        ) k
    ), '[]'),
    'nodes', (
        SELECT json_agg(json_build_object(
            'name', format('%I.%I', m.nspname, c.relname),
            'parent', n.parent::regclass::oid::bigint, 'oid', n.oid::bigint,
            'strategy', p.partstrat,
            'key', (
                SELECT json_agg(a.attname ORDER BY u.at) FROM unnest(p.partattrs::int2[]) WITH ORDINALITY AS u (number, at)
                LEFT JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = u.number AND u.number > 0
            ),
            'bound', pg_get_expr(c.relpartbound, c.oid)
        ) ORDER BY n.oid)
        FROM nodes n
        JOIN pg_class c ON c.oid = n.oid
        JOIN pg_namespace m ON m.oid = c.relnamespace
        LEFT JOIN pg_partitioned_table p ON p.partrelid = n.oid
    )
)
FROM subject s
