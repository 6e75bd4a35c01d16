//! What `--fix` makes of migrations: what is clean afterwards, in the way of each runner, byte for byte what `--diff` shows, or nothing at all.

mod columns;
#[path = "../common/mod.rs"]
mod common;
mod django;
mod runners;

use common::Failures;
use common::fixes::{examples, fixed};
use common::layouts::LAYOUTS;
use mig_lint::config::Settings;
use mig_lint::engine::{self, Mended, Report};
use mig_lint::finding::{Block, Level, Safety};
use mig_lint::postgres::Version;
use mig_lint::source::{Framework, TransactionMode};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The rules whose example has a fix, and nothing to complain of with it.
const FIXABLE: &[&str] = &[
    "backfill-in-one-transaction",
    "explicit-lock",
    "fk-without-index",
    "fk-without-not-valid",
    "invalid-index-hidden",
    "lock-timeout-too-long",
    "lock-without-timeout",
    "new-constraint-old-code",
    "non-concurrent-detach",
    "non-concurrent-drop-index",
    "non-concurrent-index",
    "non-concurrent-refresh",
    "non-concurrent-reindex",
    "not-null-on-existing-column",
    "validate-in-same-transaction",
    "work-under-held-lock",
];

/// The rules of what is worse than an info.
fn found(report: &Report) -> Vec<&'static str> {
    let findings = report.findings.iter().filter(|it| it.level > Level::Info);
    findings.map(|it| it.rule).collect()
}

#[test]
fn what_can_be_fixed_is_clean_afterwards() {
    let mut fixable = BTreeSet::new();
    for (id, text) in examples() {
        let one = fixed(id, text, Version::OLDEST);
        let after = found(&one.mended.after);
        let is_rule = mig_lint::rule::find(id).is_some();
        if is_rule && one.mended.fixed > 0 && !after.contains(&id) {
            fixable.insert(id);
        }
    }
    let expected: BTreeSet<&str> = FIXABLE.iter().copied().collect();
    assert_eq!(fixable, expected);
}

/// What runs in a transaction of its own, and what in none, behind a migration of two statements.
#[test]
fn each_runner_gets_files_as_it_wants_them() {
    let schema = "CREATE TABLE t (id int PRIMARY KEY, a int, b int)";
    let change = [
        "ALTER TABLE t ADD COLUMN c int",
        "CREATE INDEX t_a ON t (a)",
        "ALTER TABLE t ADD CONSTRAINT b_there CHECK (b > 0)",
    ];
    let block =
        |statements: &[&str]| Block::new(statements.iter().map(|it| format!("{it};")).collect());
    let expected: BTreeMap<Framework, &[&str]> = BTreeMap::from([
        (
            Framework::Plain,
            &[
                "migrations/0002_step_concurrently.sql",
                "migrations/0003_step_validate.sql",
            ][..],
        ),
        (
            Framework::GolangMigrate,
            &[
                "db/0002_step_concurrently.up.sql",
                "db/0003_step_validate.up.sql",
            ],
        ),
        (
            Framework::Goose,
            &["db/0002_step_concurrently.sql", "db/0003_step_validate.sql"],
        ),
        (
            Framework::Sqlx,
            &[
                "migrations/0002_step_concurrently.sql",
                "migrations/0003_step_validate.sql",
            ],
        ),
        (
            Framework::Diesel,
            &[
                "migrations/2024-01-01-000002_step_concurrently/metadata.toml",
                "migrations/2024-01-01-000002_step_concurrently/up.sql",
                "migrations/2024-01-01-000003_step_validate/up.sql",
            ],
        ),
        (
            Framework::Flyway,
            &[
                "sql/V0002__step_concurrently.sql",
                "sql/V0002__step_concurrently.sql.conf",
                "sql/V0003__step_validate.sql",
            ],
        ),
        (
            Framework::Prisma,
            &[
                "prisma/migrations/20240101000002_step_concurrently/migration.sql",
                "prisma/migrations/20240101000003_step_validate/migration.sql",
            ],
        ),
        (
            Framework::Supabase,
            &[
                "supabase/migrations/20240101000002_step_concurrently.sql",
                "supabase/migrations/20240101000003_step_validate.sql",
            ],
        ),
    ]);
    Failures::collect(|failures| {
        for layout in LAYOUTS {
            let Some(files) = expected.get(&layout.framework) else {
                continue;
            };
            let folder = tempfile::tempdir().expect("a folder");
            layout.write(folder.path(), &[block(&[schema]), block(&change)]);
            let is_plain = layout.framework == Framework::Plain;
            let settings = Settings {
                paths: vec![layout.path(folder.path(), 1)],
                transaction: is_plain.then_some(TransactionMode::PerStatement),
                ..Settings::default()
            };
            let mended = engine::mend(&settings, Safety::Safe);
            let place = format!("{:?}", layout.framework);
            failures.equal(&*place, &Vec::<&str>::new(), &found(&mended.after));
            let new = mended.files.iter().filter(|it| it.before.is_none());
            let new: Vec<String> = new.map(|it| below(folder.path(), &it.path)).collect();
            let files: Vec<String> = files.iter().map(|it| (*it).to_owned()).collect();
            failures.equal(&*place, &files, &new);
        }
    });
}

fn below(folder: &Path, path: &Path) -> String {
    let folder = folder.canonicalize().expect("it is there");
    let absolute = std::path::absolute(path).expect("it can be");
    let below = absolute.strip_prefix(&folder).unwrap_or(&absolute);
    below.display().to_string()
}

/// Its switch stands behind its marker, for each way.
#[test]
fn dbmate_is_told_behind_its_markers() {
    let folder = tempfile::tempdir().expect("a folder");
    let first =
        "-- migrate:up\nCREATE TABLE t (id int, a int);\n\n-- migrate:down\nDROP TABLE t;\n";
    let second = "-- migrate:up\nCREATE INDEX i ON t (a);\nCREATE INDEX j ON t (id);\n\n-- migrate:down\nDROP INDEX i, j;\n";
    fs::write(folder.path().join("20240101000000_a.sql"), first).expect("it can be written");
    fs::write(folder.path().join("20240102000000_b.sql"), second).expect("it can be written");
    let output = mig_lint(folder.path(), &["20240102000000_b.sql", "--fix"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let own = "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON t (a);\n\n-- migrate:down\nDROP INDEX i, j;\n";
    let new = "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY j ON t (id);\n\n-- migrate:down transaction:false\n-- nothing to take back here: the migration before takes back all of it\n";
    let expected = [
        ("20240101000000_a.sql", first),
        ("20240102000000_b.sql", own),
        ("20240102000001_b_concurrently.sql", new),
    ];
    let expected: BTreeMap<PathBuf, Vec<u8>> = expected
        .into_iter()
        .map(|(name, text)| (name.into(), text.into()))
        .collect();
    assert_eq!(texts(folder.path()), expected);
}

/// A history of odd files, the last of which is pending.
fn odd(name: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = "-- +goose Up\nCREATE TABLE t (id int PRIMARY KEY, a int, b int);\n";
    fs::write(folder.path().join("0001_first.sql"), schema).expect("it can be written");
    fs::write(folder.path().join(name), text).expect("it can be written");
    folder
}

fn mig_lint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mig-lint"))
        .current_dir(folder)
        .args(["--isolated", "--color", "never"])
        .args(arguments)
        .output()
        .expect("it runs")
}

fn texts(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder");
    let files = entries
        .map(|it| it.expect("an entry").path())
        .filter(|it| it.is_file());
    files
        .map(|path| {
            (
                path.strip_prefix(folder).expect("below").to_owned(),
                fs::read(&path).expect("a file"),
            )
        })
        .collect()
}

/// Ways in which a file can be written, each around the statement that is changed.
const ODD: &[(&str, &str)] = &[
    (
        "0002_lf.sql",
        "-- +goose Up\nSELECT 1;\n\n-- Naïve – ünïcode\nALTER TABLE t\n\tADD CONSTRAINT b_there -- ☃\n\t\tCHECK (b > 0);\n\n-- +goose Down\nSELECT 2;\n",
    ),
    (
        "0002_crlf.sql",
        "-- +goose Up\r\nSELECT 1;\r\nALTER TABLE t ADD CONSTRAINT b_there CHECK (b > 0);\r\nCREATE INDEX i\r\n\tON t (a);\r\nSELECT 2;\r\n",
    ),
    (
        "0002_bom.sql",
        "\u{feff}-- +goose Up\nCREATE INDEX i ON t (a);\n",
    ),
    (
        "0002_no_newline.sql",
        "-- +goose Up\nSELECT 1; CREATE INDEX i ON t (a); ALTER TABLE t ALTER a SET NOT NULL",
    ),
    (
        "0002_with space.sql",
        "-- +goose Up\n\tALTER TABLE t ADD CONSTRAINT b_there CHECK (b > 0)  ;  -- done\n\n\n",
    ),
    (
        "0002_größe.sql",
        "-- +goose Up\nALTER TABLE t ADD UNIQUE (b), ADD COLUMN \"größe\" int;\nSELECT 'ADD'\n;\n",
    ),
];

#[test]
fn what_is_shown_is_what_is_written() {
    Failures::collect(|failures| {
        for (name, text) in ODD {
            let (fixed, patched) = (odd(name, text), odd(name, text));
            let diff = mig_lint(patched.path(), &[name, "--diff"]);
            fs::write(patched.path().join("patch"), &diff.stdout).expect("it can be written");
            let apply = Command::new("git")
                .current_dir(patched.path())
                .args(["apply", "--whitespace=nowarn", "patch"])
                .output();
            let apply = apply.expect("git runs");
            let told = String::from_utf8_lossy(&apply.stderr);
            failures.check(apply.status.success(), *name, "git takes the patch", told);
            fs::remove_file(patched.path().join("patch")).expect("it is there");
            let fix = mig_lint(fixed.path(), &[name, "--fix", "--quiet"]);
            let told = String::from_utf8_lossy(&fix.stdout);
            failures.equal(format!("{name}: {told}"), &Some(0), &fix.status.code());
            let written = texts(fixed.path());
            failures.equal(*name, &written, &texts(patched.path()));
            let own = String::from_utf8_lossy(&written[Path::new(name)]).into_owned();
            failures.check(own != *text, *name, "it is changed", &own);
            let lines = |text: &str| text.matches('\n').count() == text.matches("\r\n").count();
            for (path, bytes) in &written {
                let is_own = path == Path::new(name) || path.to_string_lossy().starts_with("0003");
                let as_it_was = lines(&String::from_utf8_lossy(bytes)) == lines(text);
                failures.check(
                    !is_own || as_it_was,
                    path.display().to_string(),
                    "lines that end as they did",
                    "others",
                );
            }
            let again = mig_lint(fixed.path(), &[name, "--diff"]);
            failures.equal(
                format!("{name}, again"),
                &"",
                &&*String::from_utf8_lossy(&again.stdout),
            );
        }
    });
}

#[test]
fn what_may_be_deployed_stays_as_it_is() {
    let folder = odd("0002_more.sql", "-- +goose Up\nCREATE INDEX i ON t (a);\n");
    let before = texts(folder.path());
    let output = mig_lint(folder.path(), &[".", "--fix"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("nobody says which migrations are pending"),
        "{told}"
    );
    assert!(told.contains("--since main"), "{told}");
    assert_eq!(texts(folder.path()), before);
    let output = mig_lint(folder.path(), &["0002_more.sql", "--fix"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(
        told.contains("1 finding fixed: 1 file changed, 0 new"),
        "{told}"
    );
}

/// Whoever gets nothing is told why: of a name behind which no version comes, and of what a person has to look at.
#[test]
fn what_is_not_written_is_told_with_its_reason() {
    let more = "SELECT 1;\nCREATE INDEX i ON t (a);\n";
    let goose = format!("-- +goose Up\n{more}");
    Failures::collect(|failures| {
        for (name, text, words) in [
            ("0002.sql", goose.as_str(), "its name tells no version"),
            // Nobody knows who runs plain files, and how.
            ("0002_more.sql", more, "--unsafe-fixes writes it"),
        ] {
            let folder = tempfile::tempdir().expect("a folder can be made");
            let first = if text == goose { "-- +goose Up\n" } else { "" };
            let first = format!("{first}CREATE TABLE t (a int);\n");
            fs::write(folder.path().join("0001_first.sql"), first).expect("it can be written");
            fs::write(folder.path().join(name), text).expect("it can be written");
            let before = texts(folder.path());
            let output = mig_lint(folder.path(), &[name, "--diff"]);
            let told = String::from_utf8_lossy(&output.stderr).into_owned()
                + &String::from_utf8_lossy(&output.stdout);
            let told: Vec<&str> = told.split_whitespace().collect();
            let told = told.join(" ");
            failures.check(told.contains(words), name, words, &told);
            failures.equal(name, &before, &texts(folder.path()));
        }
    });
}

/// What was changed meanwhile is not what was judged.
#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let name = "0002_more.sql";
    let folder = odd(name, "-- +goose Up\nSELECT 1;\nCREATE INDEX i ON t (a);\n");
    let mended: Mended = engine::mend(
        &Settings {
            paths: vec![folder.path().join(name)],
            ..Settings::default()
        },
        Safety::Safe,
    );
    assert_eq!(mended.files.len(), 2);
    fs::write(folder.path().join(name), "SELECT 3;\n").expect("it can be written");
    let before = texts(folder.path());
    assert!(engine::write(&mended.files).is_err());
    assert_eq!(texts(folder.path()), before);
}

/// What JSON holds is what is written: an editor can do it by itself.
#[test]
fn json_has_the_fix() {
    let text = "-- +goose Up\nCREATE INDEX i ON t (a);\n";
    let folder = odd("0002_more.sql", text);
    let output = mig_lint(folder.path(), &["0002_more.sql", "--output-format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let fix = &json["findings"][0]["fix"];
    assert_eq!(fix["safety"], "safe");
    let mut fixed = text.to_owned();
    for edit in fix["edits"].as_array().expect("edits").iter().rev() {
        let at =
            |key: &str| usize::try_from(edit[key].as_u64().expect("an offset")).expect("small");
        fixed.replace_range(at("start")..at("end"), edit["text"].as_str().expect("text"));
    }
    assert_eq!(
        fixed,
        "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON t (a);\n"
    );
    assert_eq!(
        mig_lint(folder.path(), &[".", "--output-format", "json"])
            .status
            .code(),
        Some(1)
    );
    let folder_alone = mig_lint(folder.path(), &[".", "--output-format", "json"]).stdout;
    assert!(!String::from_utf8_lossy(&folder_alone).contains("\"fix\""));
}
