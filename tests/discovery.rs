//! Promise: migrations are found, ordered and wrapped as their own runner would run them, and what cannot be read is said.

#![allow(clippy::unwrap_used)]

use mig_lint::source::{
    Delivery, Discovery, FaultKind, Framework, HistoryOverride, Order, Request, Script,
    TransactionMode, discover, from_text,
};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SQL: &str = "SELECT 1;\n";

/// A repository with these files.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".git")).unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn request(dir: &TempDir, paths: &[&str]) -> Request {
    Request {
        paths: paths.iter().map(|path| dir.path().join(path)).collect(),
        exclude: globset::GlobSet::empty(),
        overrides: Vec::new(),
        transaction: None,
    }
}

fn found(dir: &TempDir, paths: &[&str]) -> Discovery {
    discover(&request(dir, paths))
}

fn name(script: &Script) -> &str {
    &script.name
}

/// The names of all scripts, those of context in brackets.
fn names(discovery: &Discovery) -> Vec<String> {
    let scripts = discovery.histories.iter().flat_map(|h| &h.scripts);
    scripts
        .map(|script| {
            if script.reported {
                script.name.clone()
            } else {
                format!("[{}]", script.name)
            }
        })
        .collect()
}

fn faults(discovery: &Discovery) -> Vec<(FaultKind, PathBuf)> {
    let faults = discovery.faults.iter();
    faults
        .map(|fault| {
            (
                fault.kind,
                fault.path.file_name().unwrap_or_default().into(),
            )
        })
        .collect()
}

/// What runs on the way up.
fn up(script: &Script) -> String {
    let spans = script.up.iter();
    spans.map(|span| script.file.slice(*span)).collect()
}

/// One row: the tree, its framework, its scripts in order with their modes.
#[track_caller]
fn assert_history(
    files: &[(&str, &str)],
    framework: Framework,
    delivery: Delivery,
    expected: &[(&str, TransactionMode)],
) -> Discovery {
    let dir = tree(files);
    let discovery = found(&dir, &[""]);
    assert_eq!(faults(&discovery), []);
    assert_eq!(discovery.histories.len(), 1, "{:?}", names(&discovery));
    let history = &discovery.histories[0];
    let modes: Vec<_> = history
        .scripts
        .iter()
        .map(|s| (name(s), s.transaction))
        .collect();
    assert_eq!(modes, expected);
    assert_eq!(history.framework, framework);
    for script in &history.scripts {
        assert_eq!((script.framework, script.delivery), (framework, delivery));
    }
    discovery
}

use TransactionMode::{AllPending, Implicit, PerFile, PerStatement};
const NONE: TransactionMode = TransactionMode::None;

#[test]
fn plain_files_run_in_the_order_of_their_numbers() {
    assert_history(
        &[
            ("db/10_c.sql", SQL),
            ("db/9_b.sql", SQL),
            ("db/0001_a.sql", SQL),
            (
                "db/11_d.sql",
                "-- postgres-migrations disable-transaction\nSELECT 1;",
            ),
            ("db/11_d.rollback.sql", SQL),
            ("db/12_e.sql", "-- atlas:txmode none\nSELECT 1;"),
        ],
        Framework::Plain,
        Delivery::OneQuery,
        &[
            ("0001_a", PerFile),
            ("9_b", PerFile),
            ("10_c", PerFile),
            ("11_d", NONE),
            ("12_e", NONE),
        ],
    );
}

#[test]
fn plain_files_with_sections_go_only_up() {
    for text in [
        "-- +migrate Up\nSELECT 'up';\n-- +migrate Down\nSELECT 'down';\n",
        "SELECT 'up';\n---- create above / drop below ----\nSELECT 'down';\n",
    ] {
        let dir = tree(&[("db/1_a.sql", text)]);
        let discovery = found(&dir, &["db"]);
        let up = up(&discovery.histories[0].scripts[0]);
        assert!(up.contains("'up'") && !up.contains("'down'"), "{up}");
    }
}

#[test]
fn of_files_for_several_databases_only_those_for_postgres_run() {
    assert_history(
        &[
            ("db/1_a.postgres.up.sql", SQL),
            ("db/1_a.mysql.up.sql", SQL),
            ("db/1_a.up.sql", SQL),
            ("db/1_a.postgres.down.sql", SQL),
            ("db/2_b.up.sql", SQL),
            ("db/3_c.postgres.autocommit.up.sql", SQL),
            ("mysql/1_a.up.sql", SQL),
        ],
        Framework::Plain,
        Delivery::OneQuery,
        &[
            ("1_a.postgres", PerFile),
            ("2_b", PerFile),
            ("3_c.postgres.autocommit", NONE),
        ],
    );
}

#[test]
fn golang_migrate() {
    assert_history(
        &[
            ("m/000010_b.up.sql", SQL),
            ("m/000010_b.down.sql", SQL),
            ("m/9_a.up.sql", SQL),
            ("m/9_a.down.sql", SQL),
        ],
        Framework::GolangMigrate,
        Delivery::OneQuery,
        &[("9_a", Implicit), ("000010_b", Implicit)],
    );
}

#[test]
fn goose() {
    let discovery = assert_history(
        &[
            (
                "m/2_b.sql",
                "-- +goose Up\r\nSELECT 'up';\r\n-- +goose Down\r\nSELECT 'down';\r\n",
            ),
            (
                "m/1_a.sql",
                "\u{feff}-- +goose Up\nSELECT 1;\n-- +goose NO TRANSACTION\n",
            ),
        ],
        Framework::Goose,
        Delivery::Statements,
        &[("1_a", NONE), ("2_b", PerFile)],
    );
    let script = &discovery.histories[0].scripts[1];
    assert_eq!(up(script), "-- +goose Up\r\nSELECT 'up';\r\n");
    assert_eq!(script.separators, ["-- +goose StatementEnd"]);
}

#[test]
fn dbmate_runs_every_pair_by_itself() {
    let text = "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n\
                -- migrate:up transaction:false\nSELECT 3;\n-- migrate:down\nSELECT 4;\n";
    let discovery = assert_history(
        &[("m/1_a.sql", text)],
        Framework::Dbmate,
        Delivery::OneQuery,
        &[("1_a", PerFile), ("1_a", NONE)],
    );
    let ups: Vec<String> = discovery.histories[0].scripts.iter().map(up).collect();
    assert!(ups[0].contains('1') && !ups[0].contains('2'));
    assert!(ups[1].contains('3') && !ups[1].contains('4'));
}

#[test]
fn sqlx_takes_its_marker_only_at_the_first_byte() {
    let cargo = ("crate/Cargo.toml", "[dependencies]\nsqlx = \"0.8\"\n");
    assert_history(
        &[
            cargo,
            (
                "crate/migrations/20240101000000_a.sql",
                "-- no-transaction\nSELECT 1;",
            ),
            (
                "crate/migrations/20240102000000_b.sql",
                "\n-- no-transaction\nSELECT 1;",
            ),
        ],
        Framework::Sqlx,
        Delivery::OneQuery,
        &[("20240101000000_a", NONE), ("20240102000000_b", PerFile)],
    );
    assert_history(
        &[
            cargo,
            ("crate/migrations/1_a.up.sql", SQL),
            ("crate/migrations/1_a.down.sql", SQL),
        ],
        Framework::Sqlx,
        Delivery::OneQuery,
        &[("1_a", PerFile)],
    );
}

#[test]
fn diesel_strips_dashes_from_versions() {
    assert_history(
        &[
            ("migrations/2024-01-02-000000_b/up.sql", SQL),
            ("migrations/2024-01-02-000000_b/down.sql", SQL),
            ("migrations/20240101000000_a/up.sql", SQL),
            ("migrations/00000000000000_diesel_initial_setup/up.sql", SQL),
            ("migrations/2024-01-03-000000_c/up.sql", SQL),
            (
                "migrations/2024-01-03-000000_c/metadata.toml",
                "run_in_transaction = false\n",
            ),
        ],
        Framework::Diesel,
        Delivery::OneQuery,
        &[
            ("00000000000000_diesel_initial_setup", PerFile),
            ("20240101000000_a", PerFile),
            ("2024-01-02-000000_b", PerFile),
            ("2024-01-03-000000_c", NONE),
        ],
    );
}

#[test]
fn flyway() {
    let concurrently = "-- why\nCREATE UNIQUE INDEX CONCURRENTLY i ON t (a);";
    assert_history(
        &[
            ("db/migration/R__b.sql", SQL),
            ("db/migration/R__a.sql", SQL),
            ("db/migration/V1_10__c.sql", SQL),
            ("db/migration/V1.9__b.sql", concurrently),
            ("db/migration/old/V1__a.sql", SQL),
            (
                "db/migration/V2__mixed.sql",
                "SELECT 1; DROP INDEX CONCURRENTLY i;",
            ),
            ("db/migration/V3__said.sql", SQL),
            (
                "db/migration/V3__said.sql.conf",
                "executeInTransaction=false\n",
            ),
            (
                "db/migration/V4__reindex.sql",
                "REINDEX TABLE CONCURRENTLY t;",
            ),
            ("db/migration/U1__a.sql", SQL),
        ],
        Framework::Flyway,
        Delivery::Statements,
        &[
            ("V1__a", PerFile),
            ("V1.9__b", NONE),
            ("V1_10__c", PerFile),
            ("V2__mixed", PerFile),
            ("V3__said", NONE),
            ("V4__reindex", PerFile),
            ("R__a", PerFile),
            ("R__b", PerFile),
        ],
    );
}

#[test]
fn refinery_runs_late_versions_too() {
    assert_history(
        &[
            ("Cargo.toml", "[dependencies]\nrefinery = \"0.9\"\n"),
            ("migrations/V10__c.sql", SQL),
            ("migrations/V2__b.sql", SQL),
            ("migrations/U3__late.sql", SQL),
        ],
        Framework::Refinery,
        Delivery::OneQuery,
        &[
            ("V2__b", PerFile),
            ("U3__late", PerFile),
            ("V10__c", PerFile),
        ],
    );
}

#[test]
fn folders_that_repeat_a_version_are_histories_of_their_own() {
    let dir = tree(&[
        ("migrations/a/V1__x.sql", SQL),
        ("migrations/b/V01__y.sql", SQL),
    ]);
    let discovery = found(&dir, &[""]);
    assert_eq!(discovery.histories.len(), 2);
    assert_eq!(names(&discovery), ["V1__x", "V01__y"]);
}

#[test]
fn prisma_sorts_as_text() {
    let discovery = assert_history(
        &[
            ("prisma/migrations/20250625_short/migration.sql", SQL),
            ("prisma/migrations/20250624120000_before/migration.sql", SQL),
            ("prisma/migrations/20250701120000_after/migration.sql", SQL),
            (
                "prisma/migrations/migration_lock.toml",
                "provider = \"postgresql\"\n",
            ),
            ("prisma/seed.sql", SQL),
        ],
        Framework::Prisma,
        Delivery::OneQuery,
        &[
            ("20250624120000_before", Implicit),
            ("20250625_short", Implicit),
            ("20250701120000_after", Implicit),
        ],
    );
    assert_eq!(discovery.passed_over.len(), 1);
}

#[test]
fn prisma_for_another_database_holds_no_migration() {
    let dir = tree(&[
        ("migrations/1_a/migration.sql", SQL),
        ("migrations/migration_lock.toml", "provider = \"mysql\"\n"),
    ]);
    assert_eq!(
        faults(&found(&dir, &["migrations"]))[0].0,
        FaultKind::NoMigration
    );
}

#[test]
fn drizzle_follows_its_journal() {
    let journal = r#"{"version": "7", "dialect": "postgresql", "entries": [{"idx": 0, "tag": "0001_b"}, {"idx": 1, "tag": "0000_a"}]}"#;
    let discovery = assert_history(
        &[
            ("drizzle/meta/_journal.json", journal),
            ("drizzle/0000_a.sql", SQL),
            ("drizzle/0001_b.sql", SQL),
            ("drizzle/0002_forgotten.sql", SQL),
        ],
        Framework::Drizzle,
        Delivery::Statements,
        &[("0001_b", AllPending), ("0000_a", AllPending)],
    );
    let script = &discovery.histories[0].scripts[0];
    assert_eq!(script.separators, ["--> statement-breakpoint"]);
    assert!(discovery.passed_over[0].ends_with("0002_forgotten.sql"));
}

#[test]
fn sqitch_follows_its_plan_and_reworked_changes() {
    let plan = "%syntax-version=1.0.0\n%project=p\n\n\
        schemas/b 2021-10-21T16:10:32Z A <a@b> # first\n\
        a [schemas/b] 2021-10-21T16:10:32Z A <a@b> # second\n\
        @v1 2021-10-21T16:10:32Z A <a@b> # a tag\n\
        @v2 2021-10-21T16:10:32Z A <a@b> # a tag\n\
        a [a@v2] 2021-10-22T16:10:32Z A <a@b> # reworked\n";
    assert_history(
        &[
            ("schema/sqitch.plan", plan),
            ("schema/deploy/a.sql", SQL),
            ("schema/deploy/a@v2.sql", SQL),
            ("schema/deploy/schemas/b.sql", SQL),
            ("schema/revert/a.sql", SQL),
            ("schema/verify/a.sql", SQL),
            ("schema/test/a_test.sql", SQL),
        ],
        Framework::Sqitch,
        Delivery::Statements,
        &[
            ("schemas/b", PerStatement),
            ("a@v2", PerStatement),
            ("a", PerStatement),
        ],
    );
}

#[test]
fn graphile_migrate_takes_its_marker_only_below_the_header() {
    let header = "--! Previous: -\n--! Hash: sha1:00\n";
    let off = format!("{header}\n--! no-transaction\nSELECT 1;");
    let late = format!("{header}\n-- why\n--! no-transaction\nSELECT 1;");
    assert_history(
        &[
            ("migrations/committed/000001.sql", &off),
            ("migrations/committed/000002-name.sql", &late),
            ("migrations/current.sql", SQL),
            ("migrations/fixtures/f.sql", SQL),
        ],
        Framework::GraphileMigrate,
        Delivery::OneQuery,
        &[
            ("000001", NONE),
            ("000002-name", PerFile),
            ("current", PerFile),
        ],
    );
}

#[test]
fn liquibase_runs_changesets() {
    let text = "--liquibase formatted sql\n\n--changeset ann:1 dbms:postgresql,h2\nSELECT 1;\n\
        --rollback SELECT 0;\n-- changeset ann:2 runInTransaction:false\nSELECT 2;\n\
        --changeset ann:3 dbms:mysql\nSELECT 3;\n--changeset ann:4 dbms:!postgresql\nSELECT 4;\n";
    let discovery = assert_history(
        &[("db/1.sql", text)],
        Framework::Liquibase,
        Delivery::Statements,
        &[("ann:1", PerFile), ("ann:2", NONE)],
    );
    assert!(up(&discovery.histories[0].scripts[1]).ends_with("SELECT 2;\n"));
}

#[test]
fn node_pg_migrate() {
    let text = "-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;\n";
    let discovery = assert_history(
        &[("migrations/1_a.sql", text)],
        Framework::NodePgMigrate,
        Delivery::OneQuery,
        &[("1_a", AllPending)],
    );
    assert!(!up(&discovery.histories[0].scripts[0]).contains('2'));
}

#[test]
fn supabase() {
    assert_history(
        &[
            ("supabase/migrations/20240102000000_b.sql", SQL),
            ("supabase/migrations/20240101000000_a.sql", SQL),
            ("supabase/seed.sql", SQL),
        ],
        Framework::Supabase,
        Delivery::OneQuery,
        &[
            ("20240101000000_a", Implicit),
            ("20240102000000_b", Implicit),
        ],
    );
}

#[test]
fn a_named_file_has_what_comes_before_it_as_context() {
    let dir = tree(&[
        ("m/1_a.sql", SQL),
        ("m/2_b.sql", SQL),
        ("m/3_c.sql", SQL),
        ("n/1.sql", SQL),
    ]);
    assert_eq!(names(&found(&dir, &["m/2_b.sql"])), ["[1_a]", "2_b"]);
    assert_eq!(
        names(&found(&dir, &["m/2_b.sql", "m"])),
        ["1_a", "2_b", "3_c"]
    );

    let dir = tree(&[("m/1_a/up.sql", SQL), ("m/2_b/up.sql", SQL)]);
    assert_eq!(names(&found(&dir, &["m/2_b/up.sql"])), ["[1_a]", "2_b"]);
    assert_eq!(names(&found(&dir, &["m/2_b"])), ["[1_a]", "2_b"]);
}

#[test]
fn bad_files_are_faults_and_hide_nothing() {
    let dir = tree(&[("m/1.sql", SQL), ("m/2.sql", "a\0b"), ("m/4.sql", SQL)]);
    fs::write(dir.path().join("m/3.sql"), b"ok\n\xff").unwrap();
    let discovery = found(&dir, &["m", "gone.sql"]);
    assert_eq!(
        faults(&discovery),
        [
            (FaultKind::Missing, "gone.sql".into()),
            (FaultKind::NulByte, "2.sql".into()),
            (FaultKind::NotUtf8, "3.sql".into()),
        ]
    );
    assert!(discovery.faults[2].message.contains("line 2"));
    assert_eq!(names(&discovery), ["1", "4"]);
}

#[test]
fn named_paths_without_migrations_are_faults() {
    let dir = tree(&[
        ("m/1_a.up.sql", SQL),
        ("m/1_a.down.sql", SQL),
        ("docs/a.md", ""),
    ]);
    let kinds = |paths: &[&str]| -> Vec<FaultKind> {
        let discovery = found(&dir, paths);
        discovery.faults.iter().map(|fault| fault.kind).collect()
    };
    assert_eq!(kinds(&["docs"]), [FaultKind::NoMigration]);
    assert_eq!(kinds(&["docs/a.md"]), [FaultKind::NoMigration]);
    assert_eq!(kinds(&["m/1_a.down.sql"]), [FaultKind::DownMigration]);
    assert_eq!(kinds(&["m/1_a.down.sql", "m/1_a.up.sql"]), []);
}

#[test]
fn what_is_built_or_ignored_is_passed_over_unless_named() {
    let dir = tree(&[
        (".gitignore", "generated/\n"),
        ("generated/1.sql", SQL),
        ("node_modules/p/1.sql", SQL),
        ("env/pyvenv.cfg", ""),
        ("env/1.sql", SQL),
        ("m/.gitignore", "/2.sql\n"),
        ("m/1.sql", SQL),
        ("m/2.sql", SQL),
        ("vendor/1.sql", SQL),
        (
            "shop/migrations/0001_initial.py",
            "class Migration(M): pass",
        ),
        ("shop/migrations/__init__.py", ""),
        ("shop/migrations/_helpers.py", ""),
    ]);
    let mut request = request(&dir, &[""]);
    let mut globs = globset::GlobSetBuilder::new();
    globs.add(globset::Glob::new("**/vendor").unwrap());
    request.exclude = globs.build().unwrap();
    let discovery = discover(&request);
    assert_eq!(names(&discovery), ["1"]);
    assert!(discovery.histories[0].root.ends_with("m"));
    let python = discovery.python.iter().map(|python| python.file.path());
    let python: Vec<_> = python.filter_map(Path::file_name).collect();
    assert_eq!(python, ["0001_initial.py"]);

    assert_eq!(names(&found(&dir, &["generated"])), ["1"]);
    assert_eq!(names(&found(&dir, &["m/2.sql"])), ["[1]", "2"]);
    assert_eq!(names(&found(&dir, &["node_modules/p"])), ["1"]);
}

#[cfg(unix)]
#[test]
fn links_to_files_are_read_and_loops_end() {
    use std::os::unix::fs::symlink;
    let dir = tree(&[("m/1.sql", SQL), ("real/2.sql", SQL)]);
    symlink("../real/2.sql", dir.path().join("m/2.sql")).unwrap();
    symlink("..", dir.path().join("m/loop")).unwrap();
    symlink("3.sql", dir.path().join("m/3.sql")).unwrap();
    let discovery = found(&dir, &["m"]);
    assert_eq!(names(&discovery), ["1", "2"]);
    assert_eq!(
        faults(&discovery),
        [(FaultKind::Unreadable, "3.sql".into())]
    );

    symlink("real", dir.path().join("linked")).unwrap();
    assert_eq!(names(&found(&dir, &["linked"])), ["2"]);
}

#[test]
fn the_config_wins_over_conventions() {
    let dir = tree(&[("m/2_a.sql", SQL), ("m/10_b.sql", SQL)]);
    let mut request = request(&dir, &["m"]);
    request.overrides = vec![HistoryOverride {
        path: dir.path().join("m"),
        framework: Some(Framework::Sqlx),
        order: Some(Order::Text),
        transaction: Some(TransactionMode::PerStatement),
    }];
    let history = &discover(&request).histories[0];
    assert_eq!(history.framework, Framework::Sqlx);
    let scripts: Vec<_> = history
        .scripts
        .iter()
        .map(|s| (name(s), s.transaction))
        .collect();
    assert_eq!(scripts, [("10_b", PerStatement), ("2_a", PerStatement)]);

    request.transaction = Some(AllPending);
    assert_eq!(
        discover(&request).histories[0].scripts[0].transaction,
        AllPending
    );
}

#[test]
fn text_without_a_file_is_one_history() {
    let text = "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n";
    let discovery = from_text(Path::new("<stdin>"), text.into(), None);
    let history = &discovery.histories[0];
    assert_eq!(history.framework, Framework::Goose);
    assert_eq!(history.scripts[0].transaction, NONE);
    assert!(history.scripts[0].reported);

    let discovery = from_text(Path::new("1_a.up.sql"), SQL.into(), Some(PerFile));
    assert_eq!(discovery.histories[0].framework, Framework::GolangMigrate);
    assert_eq!(discovery.histories[0].scripts[0].transaction, PerFile);
    assert_eq!(
        from_text(Path::new("x.sql"), "\0".into(), None).faults[0].kind,
        FaultKind::NulByte
    );
}

#[test]
fn the_same_input_gives_the_same_histories() {
    let files: Vec<(String, &str)> = (0..200).map(|n| (format!("m/{n}_x.sql"), SQL)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, *text)).collect();
    let dir = tree(&files);
    let expected: Vec<String> = (0..200).map(|n| format!("{n}_x")).collect();
    for _ in 0..3 {
        assert_eq!(names(&found(&dir, &["m"])), expected);
    }
}
