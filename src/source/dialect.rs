//! Folders and files that are written for another database.

use std::path::Path;

/// Other databases: the words that name them in paths, and what they are called.
const OTHERS: &[(&str, &str)] = &[
    ("cassandra", "Cassandra"),
    ("clickhouse", "ClickHouse"),
    ("cockroach", "CockroachDB"),
    ("cockroachdb", "CockroachDB"),
    ("db2", "Db2"),
    ("derby", "Derby"),
    ("duckdb", "DuckDB"),
    ("h2", "H2"),
    ("hiqlite", "hiqlite"),
    ("hsqldb", "HSQLDB"),
    ("libsql", "libSQL"),
    ("mariadb", "MariaDB"),
    ("mssql", "SQL Server"),
    ("mysql", "MySQL"),
    ("oracle", "Oracle"),
    ("singlestore", "SingleStore"),
    ("spanner", "Spanner"),
    ("sqlite", "SQLite"),
    ("sqlite3", "SQLite"),
    ("sqlserver", "SQL Server"),
    ("turso", "Turso"),
];

const POSTGRES: &[&str] = &["pg", "pgsql", "postgis", "postgres", "postgresql"];

/// The other database that a word names.
pub(super) fn other(name: &str) -> Option<&'static str> {
    let found = OTHERS
        .iter()
        .find(|(word, _)| name.eq_ignore_ascii_case(word));
    found.map(|(_, database)| *database)
}

/// Whether a folder is named after another database.
pub(super) fn is_other(name: &str) -> bool {
    other(name).is_some()
}

/// Whether a name is one of PostgreSQL's.
pub(super) fn is_postgres(name: &str) -> bool {
    POSTGRES.iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// Whether PostgreSQL is among the databases that a list of names means: `postgresql,h2`, `!oracle`, `all`.
pub(super) fn names_postgres(databases: &str) -> bool {
    let mut names = databases.split(',').map(str::trim);
    if databases.contains('!') {
        !names.any(|name| name.strip_prefix('!').is_some_and(is_postgres))
    } else {
        names.any(|name| is_postgres(name) || name == "all")
    }
}

/// The other database that an SQL file names between its dots or behind them: `1_x.mysql.up.sql`, `1_x.sql.mysql`.
pub(super) fn of_file(name: &str) -> Option<&'static str> {
    let mut words = name.split('.').skip(1);
    let is_sql = name
        .split('.')
        .skip(1)
        .any(|word| word.eq_ignore_ascii_case("sql"));
    if is_sql { words.find_map(other) } else { None }
}

/// The other database whose folder a file lies in, or the folder above that: `mysql/1_x.sql`, `mysql/migrations/1_x.sql`.
pub(super) fn of_folder(path: &Path) -> Option<&'static str> {
    path.ancestors()
        .skip(1)
        .take(2)
        .map(super::path::name)
        .take_while(|folder| !is_postgres(folder))
        .find_map(other)
}

/// Whether a file says between its dots that it is for PostgreSQL: `1_x.postgres.up.sql`.
pub(super) fn file_is_for_postgres(name: &str) -> bool {
    name.split('.').skip(1).any(is_postgres)
}

/// The name of an SQL file without the word for PostgreSQL behind its extension: `1_x.sql.postgres`.
pub(super) fn without_postgres(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((sql, word)) if is_postgres(word) && sql.to_ascii_lowercase().ends_with(".sql") => sql,
        _ => name,
    }
}
