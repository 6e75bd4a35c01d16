//! SQL of any size, each piling up one thing.

use std::fmt::Write as _;

/// `form` as often as that, with the number in the place of each `#`.
pub(crate) fn times(number: usize, form: &str) -> String {
    let mut text = String::new();
    for at in 0..number {
        let _ = writeln!(text, "{}", form.replace('#', &at.to_string()));
    }
    text
}

fn list(number: usize, form: &str) -> String {
    times(number, form)
        .trim_end()
        .trim_end_matches(',')
        .to_owned()
}

/// What an input is called, and its text in a given size.
pub(crate) type Input = (&'static str, fn(usize) -> String);

/// Inputs that were not straight once, or could be expected not to be.
pub(crate) const INPUTS: &[Input] = &[
    ("tables", |n| {
        times(n, "CREATE TABLE t# (id bigint PRIMARY KEY, a int);")
    }),
    ("alters of old tables in one transaction", |n| {
        let alters = times(n, "ALTER TABLE t# ADD COLUMN c int;");
        format!("BEGIN;\n{alters}COMMIT;")
    }),
    ("alters of old tables", |n| {
        times(n, "ALTER TABLE t# ADD COLUMN c int NOT NULL;")
    }),
    ("columns of one table", |n| {
        times(n, "ALTER TABLE t ADD COLUMN c# int DEFAULT 1;")
    }),
    ("columns in one statement", |n| {
        format!("ALTER TABLE t {};", list(n, "ADD COLUMN c# int,"))
    }),
    ("columns that come and go", |n| {
        let made = list(n, "c# int,");
        let gone = times(n, "ALTER TABLE t DROP COLUMN c#;");
        format!("CREATE TABLE t ({made});\n{gone}")
    }),
    ("columns and savepoints, taken back", |n| {
        let steps = times(n, "SAVEPOINT s#; ALTER TABLE t ADD COLUMN c# int;");
        format!("CREATE TABLE t (id int);\nBEGIN;\n{steps}ROLLBACK;")
    }),
    ("constraints of one table", |n| {
        times(
            n,
            "ALTER TABLE t ADD CONSTRAINT k# CHECK (a > #) NOT VALID;",
        )
    }),
    ("foreign keys to one table", |n| {
        times(
            n,
            "CREATE TABLE t# (id int PRIMARY KEY, p int REFERENCES p ON DELETE CASCADE);",
        )
    }),
    ("indexes of one table", |n| {
        times(n, "CREATE INDEX i# ON t (a);")
    }),
    ("indexes that come and go", |n| {
        times(n, "CREATE INDEX i# ON t (a); DROP INDEX i#;")
    }),
    ("partitions", |n| {
        let parts = times(
            n,
            "CREATE TABLE p# PARTITION OF p FOR VALUES FROM (#) TO (# + 1);",
        );
        format!(
            "CREATE TABLE p (id int) PARTITION BY RANGE (id);\n{parts}ALTER TABLE p ADD COLUMN a int;"
        )
    }),
    ("partitions attached", |n| {
        let parts = times(
            n,
            "ALTER TABLE p ATTACH PARTITION p# FOR VALUES FROM (#) TO (# + 1);",
        );
        format!("CREATE TABLE p (id int) PARTITION BY RANGE (id);\n{parts}")
    }),
    ("rows that fire a trigger", |n| {
        let rows = times(n, "INSERT INTO t (a) VALUES (#);");
        let tables = times(n, "CREATE TABLE o# (id int);");
        format!(
            "{tables}CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE o1 SET id = 1; RETURN NEW; END $$;
            CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();\n{rows}"
        )
    }),
    ("blocks of code", |n| {
        times(
            n,
            "CREATE TABLE t# (a int); DO $$ BEGIN UPDATE t# SET a = 1; CREATE TABLE u# (a int); END $$;",
        )
    }),
    ("savepoints", |n| {
        let tables = times(n, "CREATE TABLE t# (a int);");
        let steps = times(n, "SAVEPOINT s#; INSERT INTO t1 VALUES (1);");
        format!("{tables}BEGIN;\n{steps}ROLLBACK;")
    }),
    ("savepoints that are gone back to", |n| {
        let steps = times(
            n,
            "SAVEPOINT s; CREATE TABLE t# (a int); LOCK TABLE old#; ROLLBACK TO s;",
        );
        format!("BEGIN;\n{steps}COMMIT;")
    }),
    ("views on one table", |n| {
        let views = times(n, "CREATE VIEW v# AS SELECT a FROM t;");
        format!("CREATE TABLE t (a int);\n{views}DROP TABLE t CASCADE;")
    }),
    ("functions that come and go", |n| {
        let tables = times(n, "CREATE TABLE t# (a int);");
        let functions = times(
            n,
            "CREATE FUNCTION f#() RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION f#() CASCADE;",
        );
        tables + &functions
    }),
    ("domains that come and go", |n| {
        times(
            n,
            "CREATE DOMAIN d# AS text CHECK (VALUE > ''); DROP DOMAIN d# CASCADE;",
        )
    }),
    ("sequences that come and go", |n| {
        times(n, "CREATE SEQUENCE s#; DROP SEQUENCE s# CASCADE;")
    }),
    ("statistics", |n| {
        times(
            n,
            "CREATE STATISTICS x# ON a, b FROM t#; DROP STATISTICS x#;",
        )
    }),
    ("grants", |n| times(n, "GRANT SELECT ON t# TO someone;")),
    ("names in one DROP", |n| {
        format!("DROP TABLE {};", list(n, "t#,"))
    }),
    ("names in one LOCK", |n| {
        format!("LOCK TABLE {};", list(n, "t#,"))
    }),
    ("drops in one transaction", |n| {
        let drops = times(n, "DROP TABLE t#;");
        format!("BEGIN;\n{drops}COMMIT;")
    }),
    ("renames", |n| {
        times(
            n,
            "ALTER TABLE t# RENAME TO u#; ALTER TABLE u# RENAME COLUMN a TO b;",
        )
    }),
];
