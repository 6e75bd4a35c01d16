//! Folders and files that are written for another database.

const OTHERS: &[&str] = &[
    "cassandra",
    "clickhouse",
    "cockroach",
    "cockroachdb",
    "db2",
    "derby",
    "duckdb",
    "h2",
    "hiqlite",
    "hsqldb",
    "libsql",
    "mariadb",
    "mssql",
    "mysql",
    "oracle",
    "spanner",
    "sqlite",
    "sqlite3",
    "sqlserver",
    "turso",
];

const POSTGRES: &[&str] = &["pg", "pgsql", "postgres", "postgresql"];

/// Whether a folder is named after another database.
pub(super) fn is_other(name: &str) -> bool {
    OTHERS.iter().any(|other| name.eq_ignore_ascii_case(other))
}

/// Whether a name is one of PostgreSQL's.
pub(super) fn is_postgres(name: &str) -> bool {
    POSTGRES.iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// Whether a file says between its dots that it is for another database: `1_x.mysql.up.sql`.
pub(super) fn file_is_for_other(name: &str) -> bool {
    name.split('.').skip(1).any(is_other)
}

/// Whether a file says between its dots that it is for PostgreSQL: `1_x.postgres.up.sql`.
pub(super) fn file_is_for_postgres(name: &str) -> bool {
    name.split('.').skip(1).any(is_postgres)
}
