//! Runners that keep a list beside the migrations, or several of them in one file: all of it as they want it.

use super::common::Failures;
use super::mig_lint;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

type Files = &'static [(&'static str, &'static str)];

/// What lies there, the file that is pending, and what is otherwise with the fix.
struct Case {
    files: Files,
    pending: &'static str,
    fixed: Files,
}

const FIRST: &str = "CREATE TABLE t (id int PRIMARY KEY, a int, b int);\n";

const MORE: &str = "ALTER TABLE t ADD COLUMN c int;
CREATE INDEX t_a ON t (a);
ALTER TABLE t ADD CONSTRAINT b_there CHECK (b > 0);
";

const OWN: &str = "ALTER TABLE t ADD COLUMN c int;
ALTER TABLE t ADD CONSTRAINT b_there CHECK (b > 0) NOT VALID;
";

const CHECK: &str = "ALTER TABLE t ADD CONSTRAINT b_there CHECK (b > 0);\n";

const NOT_VALID: &str = "ALTER TABLE t ADD CONSTRAINT b_there CHECK (b > 0) NOT VALID;\n";

const VALIDATE: &str = "ALTER TABLE t VALIDATE CONSTRAINT b_there;\n";

const NOTHING: &str = "-- nothing to take back here: the migration before takes back all of it\n";

const CASES: &[Case] = &[
    // Its sums were made by another program, of the texts that stand here.
    Case {
        files: &[
            ("20240101000000_first.sql", FIRST),
            ("20240102000000_more.sql", MORE),
            (
                "atlas.sum",
                "h1:tc0+YyZ1WpZS6ZDAoN0hNqrpeSiVzhkPLCLgCsEVdpo=
20240101000000_first.sql h1:blPzDt+IBbtW/whYAkI66UHp5x0qmlOswSnXC6F1slE=
20240102000000_more.sql h1:gbn4K0UhEbGue90ks9nsNg3qpOdP0SJnr11TO6bvABY=
",
            ),
        ],
        pending: "20240102000000_more.sql",
        fixed: &[
            ("20240102000000_more.sql", OWN),
            (
                "20240102000001_more_concurrently.sql",
                "-- atlas:txmode none\n\nCREATE INDEX CONCURRENTLY t_a ON t (a);\n",
            ),
            ("20240102000002_more_validate.sql", VALIDATE),
            (
                "atlas.sum",
                "h1:7/MVw0VN0089m+tMYLi2vmnp98J73zBHU76yUESRBP8=
20240101000000_first.sql h1:blPzDt+IBbtW/whYAkI66UHp5x0qmlOswSnXC6F1slE=
20240102000000_more.sql h1:vT0mWsYU4LfLxSWKslKRFbPG41m7Jq3BVo52amTqUho=
20240102000001_more_concurrently.sql h1:IXsO5PG3jBThy8kY5kvOXEugQJ3x+NmJJ7uZtf2zLpQ=
20240102000002_more_validate.sql h1:9LFHAKD/StMJIrnEkVnVjYWcRuyfA7qv5NvYEW20K58=
",
            ),
        ],
    },
    Case {
        files: &[
            (
                "sqitch.plan",
                "%project=shop\n\nfirst 2024-01-01T00:00:00Z Ann <ann@example.com> # tables\nmore [first] 2024-01-02T00:00:00Z Ann <ann@example.com> # more\n@v1 2024-01-03T00:00:00Z Ann <ann@example.com> # one\n",
            ),
            ("deploy/first.sql", FIRST),
            (
                "deploy/more.sql",
                "-- Deploy shop:more to pg\n\nBEGIN;\n\nCREATE INDEX t_a ON t (a);\nALTER TABLE t ADD CONSTRAINT b_there CHECK (b > 0);\n\nCOMMIT;\n",
            ),
            ("revert/more.sql", "DROP INDEX t_a;\n"),
        ],
        pending: "deploy/more.sql",
        fixed: &[
            (
                "sqitch.plan",
                "%project=shop\n\nfirst 2024-01-01T00:00:00Z Ann <ann@example.com> # tables\nmore [first] 2024-01-02T00:00:00Z Ann <ann@example.com> # more\nmore_concurrently [more] 2024-01-02T00:00:00Z Ann <ann@example.com> # more\nmore_validate [more_concurrently] 2024-01-02T00:00:00Z Ann <ann@example.com> # more\n@v1 2024-01-03T00:00:00Z Ann <ann@example.com> # one\n",
            ),
            (
                "deploy/more.sql",
                "-- Deploy shop:more to pg\n\nBEGIN;\n\nALTER TABLE t ADD CONSTRAINT b_there CHECK (b > 0) NOT VALID;\n\nCOMMIT;\n",
            ),
            (
                "deploy/more_concurrently.sql",
                "-- Deploy more_concurrently\n\nCREATE INDEX CONCURRENTLY t_a ON t (a);\n",
            ),
            (
                "deploy/more_validate.sql",
                "-- Deploy more_validate\n\nBEGIN;\n\nALTER TABLE t VALIDATE CONSTRAINT b_there;\n\nCOMMIT;\n",
            ),
            (
                "revert/more_concurrently.sql",
                "-- Revert more_concurrently: the change before takes back all of it\n",
            ),
            (
                "revert/more_validate.sql",
                "-- Revert more_validate: the change before takes back all of it\n",
            ),
        ],
    },
    Case {
        files: &[
            (
                "1.sql",
                "--liquibase formatted sql\n\n--changeset ann:1\nCREATE TABLE t (id int PRIMARY KEY, a int, b int);\n",
            ),
            (
                "2.sql",
                "--liquibase formatted sql\n\n--changeset ann:2 dbms:postgresql runOnChange:true\nCREATE INDEX t_a ON t (a);\nALTER TABLE t ADD CONSTRAINT b_there CHECK (b > 0);\n--rollback DROP INDEX t_a;\n\n--changeset ann:3\nSELECT 3;\n",
            ),
        ],
        pending: "2.sql",
        fixed: &[(
            "2.sql",
            "--liquibase formatted sql\n\n--changeset ann:2 dbms:postgresql runOnChange:true\nALTER TABLE t ADD CONSTRAINT b_there CHECK (b > 0) NOT VALID;\n--rollback DROP INDEX t_a;\n\n--changeset ann:2-concurrently dbms:postgresql runInTransaction:false\nCREATE INDEX CONCURRENTLY t_a ON t (a);\n--rollback empty\n\n--changeset ann:2-validate dbms:postgresql\nALTER TABLE t VALIDATE CONSTRAINT b_there;\n--rollback empty\n\n--changeset ann:3\nSELECT 3;\n",
        )],
    },
    Case {
        files: &[
            (
                "1.sql",
                "--liquibase formatted sql\n\n--changeset ann:1\nCREATE TABLE t (id int PRIMARY KEY, a int, b int);\n",
            ),
            (
                "2.sql",
                "--liquibase formatted sql\n--changeset ann:2\nCREATE INDEX t_a ON t (a);\n",
            ),
        ],
        pending: "2.sql",
        fixed: &[(
            "2.sql",
            "--liquibase formatted sql\n--changeset ann:2 runInTransaction:false\nCREATE INDEX CONCURRENTLY t_a ON t (a);\n",
        )],
    },
    Case {
        files: &[
            ("Cargo.toml", "[dependencies]\nrefinery = \"0.8\"\n"),
            ("migrations/V1__first.sql", FIRST),
            ("migrations/V2__more.sql", CHECK),
        ],
        pending: "migrations/V2__more.sql",
        fixed: &[
            ("migrations/V2__more.sql", NOT_VALID),
            ("migrations/V3__more_validate.sql", VALIDATE),
        ],
    },
    Case {
        files: &[
            (
                "package.json",
                "{\"dependencies\": {\"postgres-migrations\": \"5\"}}\n",
            ),
            ("migrations/1_first.sql", FIRST),
            ("migrations/2_more.sql", MORE),
        ],
        pending: "migrations/2_more.sql",
        fixed: &[
            ("migrations/2_more.sql", OWN),
            (
                "migrations/3_more_concurrently.sql",
                "-- postgres-migrations disable-transaction\nCREATE INDEX CONCURRENTLY t_a ON t (a);\n",
            ),
            ("migrations/4_more_validate.sql", VALIDATE),
        ],
    },
    Case {
        files: &[
            ("1700000000000_first/up.sql", FIRST),
            ("1700000000001_more/up.sql", CHECK),
            ("1700000000001_more/down.sql", "SELECT 1;\n"),
        ],
        pending: "1700000000001_more/up.sql",
        fixed: &[
            ("1700000000001_more/up.sql", NOT_VALID),
            ("1700000000002_more_validate/up.sql", VALIDATE),
            ("1700000000002_more_validate/down.sql", NOTHING),
        ],
    },
    Case {
        files: &[
            ("database.yml", "development:\n  dialect: postgres\n"),
            ("migrations/20240101000000_first.up.sql", FIRST),
            ("migrations/20240102000000_more.postgres.up.sql", CHECK),
            (
                "migrations/20240102000000_more.postgres.down.sql",
                "SELECT 1;\n",
            ),
        ],
        pending: "migrations/20240102000000_more.postgres.up.sql",
        fixed: &[
            ("migrations/20240102000000_more.postgres.up.sql", NOT_VALID),
            (
                "migrations/20240102000001_more_validate.postgres.up.sql",
                VALIDATE,
            ),
            (
                "migrations/20240102000001_more_validate.postgres.down.sql",
                NOTHING,
            ),
        ],
    },
];

fn written(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("below").to_owned();
            let text = fs::read_to_string(&path).expect("a text");
            all.insert(name.to_string_lossy().into_owned(), text);
        }
    }
    all
}

#[test]
fn what_lies_beside_a_migration_follows() {
    Failures::collect(|failures| {
        for case in CASES {
            let folder = tempfile::tempdir().expect("a folder");
            let mut expected = BTreeMap::new();
            for (name, text) in case.files {
                let path = folder.path().join(name);
                fs::create_dir_all(path.parent().expect("above")).expect("it can be made");
                fs::write(path, text).expect("it can be written");
            }
            for (name, text) in case.files.iter().chain(case.fixed) {
                expected.insert((*name).to_owned(), (*text).to_owned());
            }
            let arguments = [case.pending, "--fix", "--fail-on", "warning"];
            let output = mig_lint(folder.path(), &arguments);
            let told = String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr);
            let first = case.files[0].0;
            failures.equal(format!("{first}: {told}"), &Some(0), &output.status.code());
            failures.equal(first, &expected, &written(folder.path()));
        }
    });
}
