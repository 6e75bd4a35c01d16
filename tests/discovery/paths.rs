//! Plain files, what is named on the command line, and what cannot be read.

use super::common::Failures;
use super::{SQL, assert_history, faults, found, name, names, request, tree, up};
use mig_lint::source::TransactionMode::{self, AllPending, PerFile, PerStatement};
use mig_lint::source::{
    Delivery, FaultKind, Framework, HistoryOverride, Order, discover, from_text,
};
use std::fs;
use std::path::Path;

const NONE: TransactionMode = TransactionMode::None;

#[test]
fn plain_files_run_in_the_order_of_their_numbers() {
    assert_history(
        &[
            ("db/10_c.sql", SQL),
            ("db/9_b.sql", SQL),
            ("db/0001_a.sql", SQL),
            ("db/11_d.sql", "---- tern: disable-tx ----\nSELECT 1;"),
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
    Failures::collect(|failures| {
        for text in [
            "-- +migrate Up\nSELECT 'up';\n-- +migrate Down\nSELECT 'down';\n",
            "SELECT 'up';\n---- create above / drop below ----\nSELECT 'down';\n",
        ] {
            let dir = tree(&[("db/1_a.sql", text)]);
            let discovery = found(&dir, &["db"]);
            let up = up(&discovery.histories[0].scripts[0]);
            let only_up = up.contains("'up'") && !up.contains("'down'");
            failures.check(only_up, text, "'up' alone", up);
        }
    });
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

    // What a Django migration does, printed: nobody runs it.
    let dir = tree(&[
        ("manage.py", ""),
        ("shop/__init__.py", ""),
        ("shop/migrations/__init__.py", ""),
        (
            "shop/migrations/0001_initial.py",
            "class Migration:\n    pass\n",
        ),
    ]);
    fs::write(
        dir.path().join("shop/migrations/0001_initial.sql"),
        b"\xff\xfeB\0",
    )
    .unwrap();
    assert_eq!(faults(&found(&dir, &["."])), []);
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
        // Put aside beside the package that Django reads.
        ("shop/0002_later.py", "class Migration(M): pass"),
    ]);
    let mut request = request(&dir, &[""]);
    let mut globs = globset::GlobSetBuilder::new();
    globs.add(globset::Glob::new("**/vendor").unwrap());
    request.exclude = globs.build().unwrap();
    let discovery = discover(&request);
    assert_eq!(names(&discovery), ["1"]);
    assert!(discovery.histories[0].root.ends_with("m"));
    let python = discovery.python.iter().map(|python| python.path());
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
