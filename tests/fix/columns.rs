//! Columns that are added in parts, and rows that are written in batches, as the files have them.

use super::common::Failures;
use super::{mig_lint, odd, texts};
use std::path::Path;

/// A pending statement; what the file holds then, and what the new ones do, by the ends of their names.
type Case = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const CASES: &[Case] = &[
    (
        "ALTER TABLE t\n    ADD COLUMN c int -- the c\n        CHECK (c > 0),\n    ADD COLUMN d text;",
        "ALTER TABLE t\n    ADD COLUMN c int -- the c\n        ,\n    ADD COLUMN d text;\nALTER TABLE t ADD CONSTRAINT t_c_check CHECK (c > 0) NOT VALID;",
        &[("validate", "ALTER TABLE t VALIDATE CONSTRAINT t_c_check;")],
    ),
    (
        "ALTER TABLE t ADD COLUMN c text CONSTRAINT there CHECK (c <> '') COLLATE \"C\";",
        "ALTER TABLE t ADD COLUMN c text COLLATE \"C\";\nALTER TABLE t ADD CONSTRAINT there CHECK (c <> '') NOT VALID;",
        &[("validate", "ALTER TABLE t VALIDATE CONSTRAINT there;")],
    ),
    (
        "ALTER TABLE t ADD COLUMN c int UNIQUE;",
        "ALTER TABLE t ADD COLUMN c int;",
        &[
            (
                "concurrently",
                "CREATE UNIQUE INDEX CONCURRENTLY t_c_key ON t (c);",
            ),
            (
                "then",
                "ALTER TABLE t ADD CONSTRAINT t_c_key UNIQUE USING INDEX t_c_key;",
            ),
        ],
    ),
    (
        "ALTER TABLE t ADD COLUMN c serial;",
        "ALTER TABLE t ADD COLUMN c integer;\nCREATE SEQUENCE t_c_seq AS integer OWNED BY t.c;\nALTER TABLE t ALTER COLUMN c SET DEFAULT nextval('t_c_seq');",
        &[
            (
                "batches",
                "UPDATE t SET c = DEFAULT WHERE c IS NULL AND id BETWEEN first_in_batch AND last_in_batch;",
            ),
            (
                "then",
                "ALTER TABLE t ADD CONSTRAINT t_c_not_null CHECK (c IS NOT NULL) NOT VALID;",
            ),
            (
                "validate",
                "ALTER TABLE t VALIDATE CONSTRAINT t_c_not_null;",
            ),
            ("then", "ALTER TABLE t ALTER COLUMN c SET NOT NULL;"),
        ],
    ),
];

#[test]
fn a_column_comes_first_and_the_rest_later() {
    let name = "0002_more.sql";
    Failures::collect(|failures| {
        for (pending, own, new) in CASES {
            let text = |sql: &str| format!("-- +goose Up\n{sql}\n");
            let folder = odd(name, &text(pending));
            let output = mig_lint(folder.path(), &[name, "--fix", "--pg-version", "14"]);
            let told = String::from_utf8_lossy(&output.stdout).into_owned();
            failures.equal(
                format!("{pending}: {told}"),
                &Some(0),
                &output.status.code(),
            );
            let mut written = texts(folder.path());
            let mut take = |path: &Path| {
                let bytes = written.remove(path).unwrap_or_default();
                String::from_utf8_lossy(&bytes).into_owned()
            };
            failures.equal(*pending, &text(own), &take(Path::new(name)));
            for (at, (word, sql)) in new.iter().enumerate() {
                let path = format!("{:04}_more_{word}.sql", at + 3);
                let found = take(Path::new(&path));
                failures.check(
                    found.contains(sql),
                    format!("{path} of {pending}"),
                    *sql,
                    &found,
                );
            }
            let _ = take(Path::new("0001_first.sql"));
            let more: Vec<_> = written.keys().collect();
            failures.check(
                more.is_empty(),
                *pending,
                "no more files",
                format!("{more:?}"),
            );
        }
    });
}
