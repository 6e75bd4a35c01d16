#!/bin/sh
# Writes the data files of this folder, or of the folder that is named, from the system catalogs of the server that psql reaches (PGHOST, PGUSER, ...).
# Take the newest supported version: the catalogs of older ones are, for what is read here, contained in it.
set -eu
cd "${1:-$(dirname "$0")}"

# The one type of an extension that columns are often turned into, with its casts.
psql -XqAtc 'SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS citext'

ask() { # file, columns, query
    {
        echo "# PostgreSQL $(psql -XAtc 'SHOW server_version'), made by generate.sh: $2"
        psql -XAt -F "$(printf '\t')" -c "$3"
    } >"$1"
}

# The least certain of all functions of a name: v(olatile) over s(table) over i(mmutable).
ask functions.tsv 'name, volatility' "
    SELECT proname, max(provolatile) FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind <> 'p'
      AND proname !~ '(_(in|out|recv|send)|in|out|recv|send|_support|handler)\$' OR proname IN ('json_send')
    GROUP BY 1 ORDER BY 1"

# Casts that only relabel a value: no rewrite.
ask casts.tsv 'source, target' "
    SELECT s.typname, t.typname FROM pg_cast JOIN pg_type s ON s.oid = castsource JOIN pg_type t ON t.oid = casttarget
    WHERE castmethod = 'b' ORDER BY 1, 2"

# The operator class that an index on a column of this type uses, where that is not one of the type's own name.
ask opclasses.tsv 'type, default btree operator family, type of its operator class' "
    SELECT t.typname, f.opfname, c.opcname FROM pg_type t
    JOIN pg_opclass c ON c.opcdefault AND c.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'btree')
     AND (c.opcintype = t.oid OR c.opcintype = (
            SELECT casttarget FROM pg_cast k JOIN pg_opclass d ON d.opcintype = casttarget AND d.opcdefault AND d.opcmethod = c.opcmethod
            WHERE castsource = t.oid AND castmethod = 'b' AND castcontext = 'i'
              AND NOT EXISTS (SELECT FROM pg_opclass e WHERE e.opcintype = t.oid AND e.opcdefault AND e.opcmethod = c.opcmethod)
            ORDER BY casttarget LIMIT 1))
    JOIN pg_opfamily f ON f.oid = c.opcfamily
    WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype = 'b' AND t.typelem = 0
    ORDER BY 1"

# The built-in base types but those that serve the server alone: a column of another type is of one that somebody made.
ask types.tsv 'type, category' "
    SELECT typname, typcategory FROM pg_type
    WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype = 'b' AND typelem = 0 AND typcategory <> 'Z' ORDER BY 1"

# Casts by which a column is turned into another type without USING; into a string every type is.
ask assignments.tsv 'source, target' "
    SELECT s.typname, t.typname FROM pg_cast JOIN pg_type s ON s.oid = castsource JOIN pg_type t ON t.oid = casttarget
    WHERE castcontext IN ('i', 'a') AND s.oid <> t.oid AND 'Z' NOT IN (s.typcategory, t.typcategory) AND t.typcategory <> 'S' ORDER BY 1, 2"

# Types of a foreign key and of the key that it refers to, where they differ and go together (ATAddForeignKeyConstraint in tablecmds.c).
ask references.tsv 'type that refers, type that is referred to' "
    SELECT f.typname, p.typname FROM pg_type f, pg_type p
    JOIN pg_opclass c ON c.opcdefault AND c.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'btree')
     AND (c.opcintype = p.oid
          OR EXISTS (SELECT FROM pg_cast b WHERE b.castsource = p.oid AND b.casttarget = c.opcintype AND b.castmethod = 'b' AND b.castcontext = 'i')
             AND NOT EXISTS (SELECT FROM pg_opclass o WHERE o.opcdefault AND o.opcmethod = c.opcmethod AND o.opcintype = p.oid))
    WHERE f.typtype = 'b' AND p.typtype = 'b' AND f.typelem = 0 AND p.typelem = 0 AND f.oid <> p.oid AND 'Z' NOT IN (f.typcategory, p.typcategory)
      AND f.typnamespace = 'pg_catalog'::regnamespace AND p.typnamespace = 'pg_catalog'::regnamespace
      AND (f.oid = c.opcintype
           OR EXISTS (SELECT FROM pg_amop a WHERE a.amopfamily = c.opcfamily AND a.amopstrategy = 3 AND a.amoplefttype = c.opcintype AND a.amoprighttype = f.oid)
           OR EXISTS (SELECT FROM pg_cast i WHERE i.castsource = f.oid AND i.casttarget = c.opcintype AND i.castcontext = 'i'))
    ORDER BY 1, 2"

# What every keyword is in each version, from one server of each: the connection strings of theirs, oldest first, stand in KEYWORD_SERVERS.
if [ -n "${KEYWORD_SERVERS:-}" ]; then
    for server in $KEYWORD_SERVERS; do
        psql -XAtd "$server" -F ' ' -c "SELECT current_setting('server_version_num')::int / 10000, word, upper(catcode) || CASE WHEN barelabel THEN 'b' ELSE '' END FROM pg_get_keywords()"
    done | awk -v OFS='\t' '
        !($1 in seen) { seen[$1] = ++versions }
        { class[$2, seen[$1]] = $3; words[$2] }
        END {
            for (word in words) {
                line = word
                for (at = 1; at <= versions; at++) line = line OFS ((word, at) in class ? class[word, at] : "-")
                print line
            }
        }' | LC_ALL=C sort >keywords.rows
    {
        echo "# PostgreSQL 14 to 18, made by generate.sh: word, its class in each version, oldest first (U, C, T, R as pg_get_keywords has them; b: a label without AS; -: no keyword)"
        cat keywords.rows
    } >keywords.tsv
    rm keywords.rows
fi
