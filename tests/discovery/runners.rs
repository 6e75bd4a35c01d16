//! What each runner sends, wraps and passes over, beyond its usual layout.

use super::common::Failures;
use super::{SQL, assert_history, found, names, request, tree, up};
use mig_lint::config::{Arguments, Settings};
use mig_lint::engine;
use mig_lint::source::TransactionMode::{self, PerFile};
use mig_lint::source::{Delivery, Framework, HistoryOverride, Instead, discover};
use std::sync::Arc;
use tempfile::TempDir;

const NONE: TransactionMode = TransactionMode::None;

/// Files by their paths.
type Owned<'a> = Vec<(&'a str, String)>;

/// The findings of a run over these paths, as `level rule file`.
fn findings(dir: &TempDir, paths: &[&str]) -> Vec<String> {
    let arguments = Arguments {
        paths: paths.iter().map(|path| dir.path().join(path)).collect(),
        ..Arguments::default()
    };
    let settings = Settings::resolve(arguments).unwrap();
    let report = engine::run(&settings, false);
    let findings = report.findings.iter().map(|finding| {
        let file = finding.file.path().file_name().unwrap_or_default();
        let level = finding.level.name();
        format!("{level} {} {}", finding.rule, file.to_string_lossy())
    });
    findings.collect()
}

#[test]
fn diesel_compares_versions_as_text() {
    assert_history(
        &[
            ("migrations/2026-01-20-162913_b/up.sql", SQL),
            ("migrations/2025-11-19-091444-0000_a/up.sql", SQL),
            ("migrations/9_z/up.sql", SQL),
            ("migrations/10_y/up.sql", SQL),
        ],
        Framework::Diesel,
        Delivery::OneQuery,
        &[
            ("10_y", PerFile),
            ("2025-11-19-091444-0000_a", PerFile),
            ("2026-01-20-162913_b", PerFile),
            ("9_z", PerFile),
        ],
    );
}

#[test]
fn atlas_goes_by_its_sum() {
    let sum = "h1:a=\n1_a.sql h1:b=\n10_b.sql h1:c=\n2_c.sql h1:d=\n3_d.sql h1:e=\n4_e.sql h1:f=\n";
    let discovery = assert_history(
        &[
            ("m/atlas.sum", sum),
            ("m/1_a.sql", SQL),
            ("m/10_b.sql", "-- atlas:txmode none\n\nSELECT 1;\n"),
            ("m/2_c.sql", "-- atlas:txmode none\nSELECT 1;\n"),
            ("m/3_d.sql", "-- atlas:checkpoint\n\nSELECT 1;\n"),
            ("m/4_e.sql", SQL),
            ("m/5_not_listed.sql", SQL),
        ],
        Framework::Atlas,
        Delivery::Statements,
        &[
            ("10_b", NONE),
            ("1_a", PerFile),
            ("2_c", PerFile),
            ("4_e", PerFile),
        ],
    );
    // A checkpoint is listed, and a database that is there passes it over.
    assert!(discovery.passed_over[0].ends_with("3_d.sql"));
    assert_eq!(discovery.unread.len(), 1);
    assert!(discovery.unread[0].paths[0].ends_with("5_not_listed.sql"));
    let first = "h1:a=\n1_a.sql h1:b=\n2_b.sql h1:c=\n";
    assert_history(
        &[
            ("m/atlas.sum", first),
            ("m/1_a.sql", "-- atlas:checkpoint\n\nSELECT 1;\n"),
            ("m/2_b.sql", SQL),
        ],
        Framework::Atlas,
        Delivery::Statements,
        &[("1_a", PerFile), ("2_b", PerFile)],
    );
}

#[test]
fn hasura_has_a_name_of_its_own() {
    assert_history(
        &[
            (
                "hasura/config.yaml",
                "version: 3\nmetadata_directory: metadata\n",
            ),
            ("hasura/migrations/default/1700000000000_b/up.sql", SQL),
            ("hasura/migrations/default/1700000000000_b/down.sql", SQL),
            (
                "hasura/migrations/default/1600000000000_a/up.sql",
                "-- hasura:no-transaction\nSELECT 1;",
            ),
        ],
        Framework::Hasura,
        Delivery::OneQuery,
        &[("1600000000000_a", NONE), ("1700000000000_b", PerFile)],
    );
}

#[test]
fn pop_and_postgres_migrations_have_names_of_their_own() {
    assert_history(
        &[
            ("database.yml", "development:\n  dialect: postgres\n"),
            ("migrations/1_a.postgres.up.sql", SQL),
            ("migrations/1_a.postgres.down.sql", SQL),
            ("migrations/2_b.up.sql", SQL),
        ],
        Framework::Pop,
        Delivery::OneQuery,
        &[("1_a.postgres", PerFile), ("2_b", PerFile)],
    );
    assert_history(
        &[
            (
                "package.json",
                "{\"dependencies\": {\"postgres-migrations\": \"5\"}}",
            ),
            ("m/1_a.sql", SQL),
            (
                "m/2_b.sql",
                "SELECT 1; -- postgres-migrations disable-transaction\n",
            ),
        ],
        Framework::PostgresMigrations,
        Delivery::OneQuery,
        &[("1_a", PerFile), ("2_b", NONE)],
    );
}

#[test]
fn files_that_name_postgres_behind_their_extension_are_read() {
    assert_history(
        &[("m/1_a.sql.postgres", SQL), ("m/2_b.sql", SQL)],
        Framework::Plain,
        Delivery::OneQuery,
        &[("1_a", PerFile), ("2_b", PerFile)],
    );
}

#[test]
fn callbacks_of_flyway_run_around_the_versions() {
    assert_history(
        &[
            ("m/R__views.sql", SQL),
            ("m/V2__b.sql", SQL),
            ("m/V1__a.sql", SQL),
            ("m/B2__baseline.sql", SQL),
            ("m/afterMigrate__grants.sql", SQL),
            ("m/beforeMigrate.sql", SQL),
            ("m/afterVersioned.sql", SQL),
        ],
        Framework::Flyway,
        Delivery::Statements,
        &[
            ("beforeMigrate", PerFile),
            ("V1__a", PerFile),
            ("V2__b", PerFile),
            ("afterVersioned", PerFile),
            ("R__views", PerFile),
            ("afterMigrate__grants", PerFile),
        ],
    );
}

#[test]
fn changesets_of_liquibase_are_cut_at_their_delimiters() {
    let text = "--liquibase formatted sql\n\
        --changeset a:1 endDelimiter:/\nSELECT 'one'\n/\nSELECT 'two'\n/\n\
        --changeset a:2 endDelimiter:\\nGO\nSELECT 'three'\nGO\n\
        --changeset a:3\nSELECT 'four';\ngo\nSELECT 5 / 5;\n\
        --changeset a:4 runInTransaction:false splitStatements:false stripComments:false\nVACUUM;\n\
        --changeset a:5 endDelimiter:--\nDO $$\nBEGIN\n-- of the form N--\nPERFORM 1; --\nEND $$;\nSELECT 6;\n\
        --changeset a:6 endDelimiter:@@\nSELECT 7 -- no end: @@\n+ 1@@\nSELECT 8@@\n";
    let dir = tree(&[("m/1.sql", text)]);
    let discovery = found(&dir, &["m"]);
    let scripts = &discovery.histories[0].scripts;
    let ups: Vec<String> = scripts.iter().map(up).collect();
    assert!(
        !ups[0].contains("\n/\n") && ups[0].contains("'two'"),
        "{ups:?}"
    );
    assert!(!ups[1].contains("\nGO\n"), "{ups:?}");
    assert!(
        !ups[2].contains("\ngo") && ups[2].contains("5 / 5"),
        "{ups:?}"
    );
    assert_eq!((scripts[4].up.len(), scripts[5].up.len()), (1, 3));
    assert_eq!(
        (scripts[3].transaction, scripts[3].delivery),
        (NONE, Delivery::OneQuery)
    );
    assert_eq!(findings(&dir, &["m"]), Vec::<String>::new());
}

#[test]
fn supabase_sends_alone_what_no_transaction_can_hold() {
    let table = "CREATE TABLE t (a int, b int);\n";
    let alone = "SET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON t (a);\nALTER TABLE t ADD c int;\nUPDATE t SET c = 1 WHERE false;\n";
    let folder = "supabase/migrations";
    let files = [
        (format!("{folder}/1_a.sql"), table),
        (format!("{folder}/2_b.sql"), alone),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, *text)).collect();
    let found = findings(&tree(&files), &["supabase"]);
    assert!(
        !found
            .iter()
            .any(|found| found.contains("refused-in-transaction")),
        "{found:?}"
    );
}

#[test]
fn what_a_runner_wraps_for_sure_fails_for_sure() {
    let table = "CREATE TABLE t (a int);\n";
    let index = "SET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON t (a);\n";
    let goose = |sql: &str| format!("-- +goose Up\n{sql}");
    let cases: &[(&str, Owned<'_>, &str)] = &[
        (
            "plain",
            vec![("m/1_a.sql", table.into()), ("m/2_b.sql", index.into())],
            "warning",
        ),
        (
            "goose",
            vec![("m/1_a.sql", goose(table)), ("m/2_b.sql", goose(index))],
            "error",
        ),
        (
            "atlas",
            vec![
                (
                    "m/atlas.sum",
                    "h1:a=\n1_a.sql h1:b=\n2_b.sql h1:c=\n".into(),
                ),
                ("m/1_a.sql", table.into()),
                ("m/2_b.sql", index.into()),
            ],
            "error",
        ),
        (
            "hasura",
            vec![
                ("m/1600000000000_a/up.sql", table.into()),
                ("m/1700000000000_b/up.sql", index.into()),
            ],
            "error",
        ),
        (
            "golang-migrate",
            vec![
                ("m/1_a.up.sql", table.into()),
                ("m/2_b.up.sql", index.into()),
            ],
            "error",
        ),
    ];
    Failures::collect(|failures| {
        for (runner, files, level) in cases {
            let files: Vec<(&str, &str)> =
                files.iter().map(|(path, text)| (*path, &**text)).collect();
            let found = findings(&tree(&files), &["m"]);
            let wanted = format!("{level} refused-in-transaction");
            let is_found = found.iter().any(|found| found.starts_with(&wanted));
            failures.check(is_found, runner, wanted, format!("{found:?}"));
        }
    });
}

#[test]
fn numbered_folders_are_one_history() {
    let dir = tree(&[
        ("m/0/01_a.up.sql", SQL),
        ("m/0/02_b.up.sql", SQL),
        ("m/10/01_d.up.sql", SQL),
        ("m/2/01_c.up.sql", SQL),
    ]);
    let all = ["0/01_a", "0/02_b", "2/01_c", "10/01_d"];
    let discovery = found(&dir, &["m"]);
    assert_eq!(discovery.histories.len(), 1);
    assert_eq!(names(&discovery), all);
    assert_eq!(
        names(&found(&dir, &["m/2/01_c.up.sql"])),
        ["[0/01_a]", "[0/02_b]", "2/01_c"]
    );
    // Numbers alone, without numbered files in them, part nothing.
    let dir = tree(&[("m/0/schema.sql", SQL), ("m/1/schema.sql", SQL)]);
    assert_eq!(found(&dir, &["m"]).histories.len(), 2);
}

#[test]
fn a_history_of_the_config_joins_the_folders_below_it() {
    let dir = tree(&[
        ("db/core/1_a.sql", SQL),
        ("db/extra/2_b.sql", SQL),
        ("other/1_a.sql", SQL),
    ]);
    let mut request = request(&dir, &[""]);
    assert_eq!(discover(&request).histories.len(), 3);
    request.overrides = vec![HistoryOverride {
        path: dir.path().join("db"),
        framework: None,
        order: None,
        transaction: None,
    }];
    let discovery = discover(&request);
    assert_eq!(discovery.histories.len(), 2);
    assert_eq!(names(&discovery), ["core/1_a", "extra/2_b", "1_a"]);
    request.paths = vec![dir.path().join("db/extra/2_b.sql")];
    assert_eq!(names(&discover(&request)), ["[core/1_a]", "extra/2_b"]);
}

#[test]
fn each_history_may_have_a_database_of_its_own() {
    let config = "pg-version = 16\n\
        [tables]\nt = { rows = 500 }\n\
        [[history]]\npath = \"a\"\n\
        [[history]]\npath = \"b\"\npg-version = 18\nsession = { lock_timeout = \"1s\" }\ntables = { t = { rows = \"10M\" } }\n\
        [[history]]\npath = \"c\"\nsizes = { small-rows = 10, large-rows = 100 }\n";
    let index = "CREATE INDEX i ON t (a);\n";
    let dir = tree(&[
        ("mig-lint.toml", config),
        ("a/1_a.sql", index),
        ("b/1_b.sql", index),
        ("c/1_c.sql", index),
    ]);
    let found = findings(&dir, &["a", "b", "c"]);
    let of = |file: &str, rule: &str| {
        found
            .iter()
            .find(|it| it.ends_with(file) && it.contains(rule))
    };
    assert!(
        of("1_a.sql", "non-concurrent-index")
            .unwrap()
            .starts_with("info"),
        "{found:?}"
    );
    assert!(
        of("1_b.sql", "non-concurrent-index")
            .unwrap()
            .starts_with("error"),
        "{found:?}"
    );
    assert!(
        of("1_c.sql", "non-concurrent-index")
            .unwrap()
            .starts_with("error"),
        "{found:?}"
    );
    assert!(
        of("1_a.sql", "lock-without-timeout").is_some() || found.len() >= 3,
        "{found:?}"
    );
    assert!(of("1_b.sql", "lock-without-timeout").is_none(), "{found:?}");
}

#[test]
fn what_stands_in_for_a_file_is_read_instead_of_it() {
    let journal = |tags: [&str; 2]| {
        let entries = tags.map(|tag| format!("{{\"tag\": \"{tag}\"}}"));
        format!("{{\"entries\": [{}]}}", entries.join(", "))
    };
    let dir = tree(&[
        ("m/meta/_journal.json", &journal(["0000_a", "0001_b"])),
        ("m/0000_a.sql", SQL),
        ("m/0001_b.sql", SQL),
    ]);
    let mut request = request(&dir, &["m"]);
    assert_eq!(names(&discover(&request)), ["0000_a", "0001_b"]);
    let path = dir.path().join("m/meta/_journal.json");
    request.files = Arc::new(Instead::new(&path, journal(["0001_b", "0000_a"])));
    assert_eq!(names(&discover(&request)), ["0001_b", "0000_a"]);
    let script = dir.path().join("m/0000_a.sql");
    request.files = Arc::new(Instead::new(&script, "SELECT 2;".into()));
    assert_eq!(up(&discover(&request).histories[0].scripts[0]), "SELECT 2;");
}
