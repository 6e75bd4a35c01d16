//! Only what is new: a baseline holds what was found before, and git says which migrations are new, changed, or staged.

mod common;

use common::Failures;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// How many migrations were there before.
const OLD: usize = 300;
const FORMATS: [&str; 8] = [
    "human", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown",
];

fn mig_lint(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mig-lint"));
    command.current_dir(folder).args(arguments);
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(variable);
    }
    command.output().expect("mig-lint runs")
}

fn told(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8_lossy(&text).into_owned()
}

/// Runs git as somebody, whoever runs the tests.
fn try_git(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments);
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "a"),
        ("GIT_AUTHOR_EMAIL", "a@example.org"),
        ("GIT_COMMITTER_NAME", "a"),
        ("GIT_COMMITTER_EMAIL", "a@example.org"),
    ] {
        command.env(name, value);
    }
    command.output().expect("git runs")
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = try_git(folder, arguments);
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        told(&output)
    );
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("it can be made");
    fs::write(path, text).expect("it can be written");
}

/// An old history on the branch main, with more than 400 findings.
fn old_repository() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    git(root, &["init", "--quiet", "--initial-branch", "main"]);
    for at in 0..OLD {
        let text = format!(
            "CREATE TABLE t{at} (id bigint PRIMARY KEY, a int);\nCREATE INDEX i{at} ON t0 (a) WHERE id > {at};\nALTER TABLE t0 DROP COLUMN IF EXISTS a{at};\nALTER TABLE t0 ALTER COLUMN b{at} SET NOT NULL;\n"
        );
        write(root, &format!("db/migrations/{at:04}.sql"), &text);
    }
    write(root, "README.md", "an old project\n");
    write(root, "mig-lint.toml", "pg-version = 16\n");
    commit(root, "old");
    folder
}

fn commit(root: &Path, message: &str) {
    git(root, &["add", "--all"]);
    git(root, &["commit", "--quiet", "--message", message]);
}

/// A bad migration and a good one, and an old one under another name.
fn add_three(root: &Path) {
    write(
        root,
        "db/migrations/0301.sql",
        "CREATE INDEX bad ON t1 (a);\n",
    );
    write(
        root,
        "db/migrations/0302.sql",
        "CREATE TABLE good (id bigint PRIMARY KEY);\n",
    );
    git(
        root,
        &[
            "mv",
            "db/migrations/0299.sql",
            "db/migrations/0299_renamed.sql",
        ],
    );
}

/// How many findings an output in this format tells of.
fn count(format: &str, text: &str) -> usize {
    match format {
        "human" | "concise" => {
            text.matches("[non-concurrent-index]").count()
                + text.matches("[not-null-on-existing-column]").count()
        }
        "json" | "sarif" | "gitlab" => {
            let document: serde_json::Value = serde_json::from_str(text).expect("JSON");
            let list = match format {
                "json" => &document["findings"],
                "sarif" => &document["runs"][0]["results"],
                _ => &document,
            };
            list.as_array().expect("a list").len()
        }
        "github" => text.lines().filter(|line| line.starts_with("::")).count(),
        "junit" => text.matches("<failure ").count(),
        _ => text
            .lines()
            .filter(|line| line.starts_with("| \u{1f534}"))
            .count(),
    }
}

/// Holds that every format tells of the bad migration alone.
fn one_finding(folder: &Path, arguments: &[&str], failures: &mut Failures) {
    for format in FORMATS {
        let mut all = vec!["check", "db/migrations", "--output-format", format];
        all.extend(arguments);
        let output = mig_lint(folder, &all);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let name = format!("{format} {arguments:?}");
        failures.equal(&name, &1, &count(format, &text));
        failures.check(text.contains("0301.sql"), &name, "0301.sql", &text);
        failures.equal(&name, &Some(1), &output.status.code());
    }
}

#[test]
fn on_an_old_repository_only_the_bad_new_migration_is_told_of() {
    let folder = old_repository();
    let root = folder.path();
    let all = mig_lint(root, &["db/migrations", "--output-format", "json"]);
    assert!(count("json", &String::from_utf8_lossy(&all.stdout)) > 400);
    let written = mig_lint(root, &["db/migrations", "--write-baseline"]);
    assert_eq!(written.status.code(), Some(0), "{}", told(&written));
    commit(root, "the baseline");
    git(root, &["switch", "--quiet", "--create", "branch"]);
    add_three(root);
    Failures::collect(|failures| {
        // Not committed, and not even known to git.
        one_finding(root, &["--since", "main"], failures);
        one_finding(root, &["--baseline", "mig-lint.baseline.json"], failures);
        git(root, &["add", "--all"]);
        write(
            root,
            "db/migrations/0301.sql",
            "-- emptied, and not staged\n",
        );
        one_finding(root, &["--staged"], failures);
        git(root, &["restore", "db/migrations/0301.sql"]);
        commit(root, "new");
        one_finding(root, &["--since", "main"], failures);
        one_finding(
            root,
            &["--since", "main", "--baseline", "mig-lint.baseline.json"],
            failures,
        );
    });
    let nothing = mig_lint(root, &["db/migrations", "--staged"]);
    assert_eq!(nothing.status.code(), Some(0), "{}", told(&nothing));
    assert!(
        told(&nothing).contains("0 migrations staged in git"),
        "{}",
        told(&nothing)
    );
}

#[test]
fn a_clone_that_goes_back_far_enough_answers_and_one_that_does_not_says_so() {
    let folder = old_repository();
    let root = folder.path();
    git(root, &["switch", "--quiet", "--create", "branch"]);
    for step in 0..3 {
        write(root, "README.md", &format!("step {step}\n"));
        commit(root, "a step");
    }
    add_three(root);
    commit(root, "new");
    git(root, &["switch", "--quiet", "main"]);
    write(root, "README.md", "meanwhile\n");
    commit(root, "meanwhile");
    let from = format!("file://{}", root.display());
    let clone = tempfile::tempdir().expect("a folder can be made");
    git(
        clone.path(),
        &[
            "clone",
            "--quiet",
            "--depth",
            "1",
            "--no-single-branch",
            "--branch",
            "branch",
            &from,
            "clone",
        ],
    );
    let clone = clone.path().join("clone");
    let output = mig_lint(&clone, &["db/migrations", "--since", "origin/main"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    for words in ["no commit in common", "shallow clone", "fetch-depth: 0"] {
        assert!(
            told(&output).replace("\n  ", "").contains(words),
            "{}",
            told(&output)
        );
    }
    git(&clone, &["fetch", "--quiet", "--unshallow"]);
    Failures::collect(|failures| one_finding(&clone, &["--since", "origin/main"], failures));
}

#[test]
fn what_git_cannot_answer_is_said_with_a_way_out() {
    let folder = old_repository();
    let root = folder.path();
    let outside = tempfile::tempdir().expect("a folder can be made");
    write(outside.path(), "m/1.sql", "SELECT 1;\n");
    let bare = outside.path().join("bare");
    git(outside.path(), &["init", "--quiet", "--bare", "bare"]);
    let unborn = outside.path().join("unborn");
    git(outside.path(), &["init", "--quiet", "unborn"]);
    write(&unborn, "m/1.sql", "CREATE INDEX i ON t (a);\n");
    let cases: [(&Path, &[&str], &str); 5] = [
        (root, &["db", "--since", "mian"], "did you mean main?"),
        (
            root,
            &["db", "--since", "gone"],
            "git knows no revision gone",
        ),
        (
            outside.path(),
            &["m", "--since", "main"],
            "no git repository",
        ),
        (&bare, &[".", "--since", "main"], "bare repository"),
        (
            &unborn,
            &["m", "--since", "main"],
            "git knows no revision main",
        ),
    ];
    Failures::collect(|failures| {
        for (folder, arguments, words) in cases {
            let output = mig_lint(folder, arguments);
            let text = told(&output).replace("\n  ", "");
            failures.check(text.contains(words), format!("{arguments:?}"), words, &text);
            failures.equal(format!("{arguments:?}"), &Some(2), &output.status.code());
            failures.check(
                output.stdout.is_empty(),
                "standard output",
                "nothing",
                &text,
            );
        }
        // Before the first commit all that is staged is new.
        git(&unborn, &["add", "--all"]);
        let output = mig_lint(&unborn, &["m", "--staged"]);
        failures.equal("unborn", &Some(1), &output.status.code());
    });
}

#[test]
fn names_line_ends_and_modes_are_no_change() {
    let folder = old_repository();
    let root = folder.path();
    let db = root.join("db/migrations");
    let crlf = fs::read_to_string(db.join("0010.sql"))
        .expect("it can be read")
        .replace('\n', "\r\n");
    write(root, "db/migrations/0010.sql", &crlf);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        fs::set_permissions(db.join("0011.sql"), fs::Permissions::from_mode(0o755)).expect("mode");
        symlink(&db, root.join("link")).expect("a link");
    }
    let unchanged = mig_lint(root, &["db/migrations", "--since", "main"]);
    assert_eq!(unchanged.status.code(), Some(0), "{}", told(&unchanged));
    write(
        root,
        "db/migrations/0301 é🐘\t.sql",
        "CREATE INDEX bad ON t1 (a);\n",
    );
    for path in ["db/migrations", "link", "."] {
        if !root.join(path).exists() {
            continue;
        }
        let output = mig_lint(
            root,
            &[path, "--since", "main", "--output-format", "concise"],
        );
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(count("concise", &text), 1, "{path}: {text}");
    }
    // From a folder below, and with a file that was deleted.
    fs::remove_file(db.join("0012.sql")).expect("it can be removed");
    let output = mig_lint(
        &root.join("db"),
        &[
            "migrations",
            "--since",
            "main",
            "--output-format",
            "concise",
        ],
    );
    assert_eq!(
        count("concise", &String::from_utf8_lossy(&output.stdout)),
        1
    );
}

#[test]
fn a_file_that_is_not_merged_is_no_text() {
    let folder = old_repository();
    let root = folder.path();
    git(root, &["switch", "--quiet", "--create", "branch"]);
    write(root, "db/migrations/0001.sql", "SELECT 1;\n");
    commit(root, "one");
    git(root, &["switch", "--quiet", "main"]);
    write(root, "db/migrations/0001.sql", "SELECT 2;\n");
    commit(root, "two");
    let merge = try_git(root, &["merge", "branch"]);
    assert!(!merge.status.success(), "it conflicts: {}", told(&merge));
    let output = mig_lint(root, &["db/migrations", "--staged"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(
        told(&output).contains("is not merged yet"),
        "{}",
        told(&output)
    );
}

#[test]
fn a_django_app_is_pending_by_git_too() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    git(root, &["init", "--quiet", "--initial-branch", "main"]);
    let head =
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n";
    write(root, "manage.py", "");
    write(root, "shop/__init__.py", "");
    write(root, "shop/migrations/__init__.py", "");
    write(
        root,
        "shop/migrations/0001_initial.py",
        &format!(
            "{head}    initial = True\n    operations = [migrations.CreateModel('Order', [('id', models.BigAutoField(primary_key=True)), ('n', models.IntegerField(null=True))])]\n"
        ),
    );
    write(
        root,
        "shop/migrations/0002_drop.py",
        &format!(
            "{head}    dependencies = [('shop', '0001_initial')]\n    operations = [migrations.RemoveField('order', 'n')]\n"
        ),
    );
    commit(root, "old");
    let none = mig_lint(root, &[".", "--since", "main"]);
    assert_eq!(none.status.code(), Some(0), "{}", told(&none));
    write(
        root,
        "shop/migrations/0003_index.py",
        &format!(
            "{head}    dependencies = [('shop', '0002_drop')]\n    operations = [migrations.AddField('order', 'm', models.IntegerField(null=True, db_index=True))]\n"
        ),
    );
    let output = mig_lint(
        root,
        &[".", "--since", "main", "--output-format", "concise"],
    );
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("0003_index.py") && !text.contains("0002_drop"),
        "{text}"
    );
}

#[test]
fn a_baseline_survives_what_changes_nothing_and_says_what_is_gone() {
    let folder = old_repository();
    let root = folder.path();
    mig_lint(root, &["db/migrations", "--write-baseline"]);
    write(
        root,
        "mig-lint.toml",
        "pg-version = 16\nbaseline = \"mig-lint.baseline.json\"\n",
    );
    let before = fs::read_to_string(root.join("mig-lint.baseline.json")).expect("it is there");
    // Lines move, white space and comments change, a file gets another name.
    let db = root.join("db/migrations");
    let text = fs::read_to_string(db.join("0007.sql")).expect("it can be read");
    let moved = format!(
        "-- why\n\n{}",
        text.replace("CREATE INDEX", "create  /* quickly */ index")
    );
    write(root, "db/migrations/0007.sql", &moved);
    fs::rename(db.join("0008.sql"), db.join("0008_other.sql")).expect("it can be renamed");
    let output = mig_lint(root, &["db/migrations"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(
        !told(&output).contains("not found any more"),
        "{}",
        told(&output)
    );
    // The same once more is new, and so is another statement in its place.
    write(
        root,
        "db/migrations/0007.sql",
        &format!("{text}CREATE INDEX i7 ON t0 (a) WHERE id > 7;\n"),
    );
    assert_eq!(mig_lint(root, &["db/migrations"]).status.code(), Some(1));
    write(
        root,
        "db/migrations/0007.sql",
        &text.replace("id > 7", "id > 8"),
    );
    let output = mig_lint(root, &["db/migrations"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(
        told(&output).contains("1 entry of the baseline is not found any more"),
        "{}",
        told(&output)
    );
    // What lies elsewhere is not stale because it was not looked at.
    let part = mig_lint(root, &["db/migrations/0100.sql"]);
    assert!(
        !told(&part).contains("not found any more"),
        "{}",
        told(&part)
    );
    fs::remove_file(db.join("0009.sql")).expect("it can be removed");
    mig_lint(root, &["db/migrations", "--prune-baseline"]);
    let after = fs::read_to_string(root.join("mig-lint.baseline.json")).expect("it is there");
    let kept = after
        .lines()
        .filter(|line| line.contains("\"rule\""))
        .count();
    let had = before
        .lines()
        .filter(|line| line.contains("\"rule\""))
        .count();
    assert!(kept < had && had - kept < 6, "{kept} of {had}");
    assert!(
        after
            .lines()
            .filter(|line| line.contains("\"rule\""))
            .all(|line| before.contains(line.trim_end_matches(',')))
    );
}

#[test]
fn ids_that_were_split_are_known_under_their_old_name() {
    let folder = old_repository();
    let root = folder.path();
    mig_lint(root, &["db/migrations", "--write-baseline"]);
    let path = root.join("mig-lint.baseline.json");
    let text = fs::read_to_string(&path).expect("it is there");
    // `blocking-work` was split; an index was never part of it.
    write(
        root,
        "db/migrations/0400.sql",
        "VACUUM FULL t0;\nALTER TABLE t0 SET UNLOGGED;\n",
    );
    mig_lint(
        root,
        &[
            "db/migrations",
            "--write-baseline",
            "--baseline",
            "new.json",
        ],
    );
    let new = fs::read_to_string(root.join("new.json")).expect("it is there");
    assert!(new.contains("\"table-rewritten\"") && !text.contains("\"table-rewritten\""));
    write(
        root,
        "old.json",
        &new.replace("\"table-rewritten\"", "\"blocking-work\""),
    );
    let output = mig_lint(root, &["db/migrations", "--baseline", "old.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    write(
        root,
        "old.json",
        &new.replace("\"table-rewritten\"", "\"drop-column\""),
    );
    let output = mig_lint(root, &["db/migrations", "--baseline", "old.json"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
}

#[test]
fn a_baseline_that_is_broken_or_cannot_be_written_loses_nothing() {
    let folder = old_repository();
    let root = folder.path();
    let broken = "{\"version\": 1,\n \"findings\": [\n  {\"path\": 1}\n]}\n";
    write(root, "b.json", broken);
    let cases: [(&[&str], &str); 5] = [
        (&["--baseline", "b.json"], "b.json:3:"),
        (&["--baseline", "b.json", "--write-baseline"], "b.json:3:"),
        (
            &["--baseline", "gone.json"],
            "there is no baseline gone.json",
        ),
        (&["--prune-baseline"], "no baseline to prune"),
        (&["--baseline", "db", "--write-baseline"], "cannot be read"),
    ];
    Failures::collect(|failures| {
        for (arguments, words) in cases {
            let mut all = vec!["check", "db/migrations"];
            all.extend(arguments);
            let output = mig_lint(root, &all);
            let text = told(&output);
            failures.check(text.contains(words), format!("{arguments:?}"), words, &text);
            failures.equal(format!("{arguments:?}"), &Some(2), &output.status.code());
        }
        write(root, "later.json", "{\"version\": 9, \"findings\": []}");
        let text = told(&mig_lint(
            root,
            &["db/migrations", "--baseline", "later.json"],
        ));
        failures.check(
            text.contains("is of version 9"),
            "later.json",
            "its version",
            &text,
        );
    });
    assert_eq!(
        fs::read_to_string(root.join("b.json")).expect("it is there"),
        broken
    );
    // What could not be checked is never known.
    write(root, "db/migrations/0500.sql", "ALTER TABL t;\n");
    let output = mig_lint(
        root,
        &["db/migrations", "--write-baseline", "--baseline", "n.json"],
    );
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    let again = mig_lint(root, &["db/migrations", "--baseline", "n.json"]);
    assert_eq!(again.status.code(), Some(2), "{}", told(&again));
}

#[test]
fn two_that_write_at_once_leave_one_whole_baseline() {
    let folder = old_repository();
    let root = folder.path().to_owned();
    let runs: Vec<_> = (0..4)
        .map(|_| {
            let root = root.clone();
            std::thread::spawn(move || mig_lint(&root, &["db/migrations", "--write-baseline"]))
        })
        .collect();
    for run in runs {
        let output = run.join().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    }
    let output = mig_lint(
        &root,
        &["db/migrations", "--baseline", "mig-lint.baseline.json"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let left = fs::read_dir(&root).expect("it can be read").flatten();
    let names: Vec<_> = left.map(|entry| entry.file_name()).collect();
    assert!(
        names
            .iter()
            .all(|name| !name.to_string_lossy().ends_with(".tmp")),
        "{names:?}"
    );
}

#[test]
fn one_repository_answers_for_its_own_files_alone() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    for name in ["one", "two"] {
        let own = root.join(name);
        write(
            &own,
            "migrations/0001.sql",
            "CREATE TABLE orders (id bigint PRIMARY KEY);\n",
        );
        git(root, &["init", "--quiet", "--initial-branch", "main", name]);
        commit(&own, "first");
    }
    write(
        &root.join("two"),
        "migrations/0002.sql",
        "DROP TABLE orders;\n",
    );
    for paths in [["one", "two"], ["two", "one"]] {
        let output = mig_lint(root, &[paths[0], paths[1], "--since", "HEAD"]);
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        assert!(
            told(&output).contains("different repositories"),
            "{}",
            told(&output)
        );
    }
    // A repository inside another one is its own.
    let outer = root.join("one");
    write(&outer, "vendor/migrations/0001.sql", "DROP TABLE x;\n");
    git(&outer, &["init", "--quiet", "vendor"]);
    let output = mig_lint(&outer, &[".", "--since", "HEAD"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
}

#[test]
fn entries_of_rules_that_did_not_speak_stay() {
    let folder = old_repository();
    let root = folder.path();
    write(
        root,
        "m/1.sql",
        "ALTER TABLE big DROP COLUMN x;\nCREATE INDEX i ON big (y);\n",
    );
    mig_lint(root, &["m", "--write-baseline"]);
    let read = || fs::read_to_string(root.join("mig-lint.baseline.json")).expect("it is there");
    let before = read();
    assert!(before.contains("drop-column") && before.contains("non-concurrent-index"));
    let baseline = ["--baseline", "mig-lint.baseline.json"];
    for more in [
        &["--prune-baseline", "--ignore", "drop-column"],
        &["--prune-baseline", "--select", "non-concurrent-index"],
        &["--write-baseline", "--select", "drop-column"],
    ] {
        let arguments = [&["m"], &baseline[..], &more[..]].concat();
        let output = mig_lint(root, &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        assert_eq!(read(), before, "{more:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_staged_behind_a_link_and_what_is_gone_from_disk_is_read() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    git(root, &["init", "--quiet", "--initial-branch", "main"]);
    write(
        root,
        "real/0001.sql",
        "CREATE TABLE orders (id bigint PRIMARY KEY);\n",
    );
    fs::create_dir(root.join("migrations")).expect("it can be made");
    std::os::unix::fs::symlink("../real/0001.sql", root.join("migrations/0001.sql"))
        .expect("a link");
    git(root, &["add", "--all"]);
    let output = mig_lint(root, &["migrations", "--staged"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    git(root, &["commit", "--quiet", "--message", "first"]);
    write(root, "new/0001.sql", "DROP TABLE orders;\n");
    git(root, &["add", "--all"]);
    fs::remove_dir_all(root.join("new")).expect("it can be removed");
    let output = mig_lint(root, &["new/0001.sql", "--staged"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    write(root, "real/0002.sql", "DROP TABLE x;\n");
    let output = mig_lint(root, &["real/0002.sql", "--staged"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("is not staged"), "{}", told(&output));
    // A name that nobody could sort is said, not passed over.
    let odd =
        <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"real/0003_caf\xe9.sql");
    if fs::write(root.join(odd), "DROP TABLE y;\n").is_ok() {
        let output = mig_lint(root, &["real"]);
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        assert!(told(&output).contains("not UTF-8"), "{}", told(&output));
    }
}

#[test]
fn what_a_journal_names_from_now_on_is_pending() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    git(root, &["init", "--quiet", "--initial-branch", "main"]);
    let journal = |tags: &[&str]| {
        let entries = tags.iter().enumerate().map(|(at, tag)| {
            format!("{{\"idx\":{at},\"version\":\"7\",\"when\":{at},\"tag\":\"{tag}\",\"breakpoints\":true}}")
        });
        let entries: Vec<String> = entries.collect();
        let text = format!(
            "{{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":[{}]}}",
            entries.join(",")
        );
        write(root, "drizzle/meta/_journal.json", &text);
    };
    write(
        root,
        "drizzle/0000_a.sql",
        "CREATE TABLE orders (id bigint PRIMARY KEY, n text);\n",
    );
    write(
        root,
        "drizzle/0001_b.sql",
        "CREATE INDEX i ON orders (n);\n",
    );
    journal(&["0000_a"]);
    commit(root, "the file came before its entry");
    journal(&["0000_a", "0001_b"]);
    git(root, &["add", "--all"]);
    for how in [&["--staged"][..], &["--since", "HEAD"]] {
        let output = mig_lint(
            root,
            &[&["drizzle", "--output-format", "concise"], how].concat(),
        );
        assert_eq!(output.status.code(), Some(1), "{}", told(&output));
        assert!(
            told(&output).contains("0001_b.sql:1:1: error"),
            "{}",
            told(&output)
        );
    }
}

#[test]
fn a_migration_that_is_gone_is_told_of_and_one_that_is_renamed_is_not() {
    let folder = old_repository();
    let root = folder.path();
    git(root, &["rm", "--quiet", "db/migrations/0005.sql"]);
    git(
        root,
        &[
            "mv",
            "db/migrations/0006.sql",
            "db/migrations/0006_other.sql",
        ],
    );
    for how in [&["--staged"][..], &["--since", "HEAD"]] {
        let output = mig_lint(root, &[&["db"], how].concat());
        let text = told(&output);
        assert!(text.contains("0005.sql is gone"), "{text}");
        assert!(!text.contains("0006.sql is gone"), "{text}");
    }
}
