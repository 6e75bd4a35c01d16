//! Every command that README and docs show can be typed as it stands; every TOML block is a config that is read.

mod common;

use common::Failures;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is not run here, by its first words, and why.
const NOT_RUN: [(&str, &str); 8] = [
    (
        "cargo run",
        "it builds the program once more; the same folder is linted here",
    ),
    ("cargo install", "packaging/try does"),
    ("./test", "this is it"),
    ("mig-lint prove", "tests/live does, on a server"),
    (
        "mig-lint sizes --database-url",
        "tests/live does, on a server",
    ),
    (
        "mig-lint init",
        "tests/init does, in repositories of five kinds",
    ),
    ("pip install", "packaging/try does"),
    ("npx", "packaging/try does"),
];

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).expect("there are docs");
    let mut pages: Vec<PathBuf> = docs.flatten().map(|entry| entry.path()).collect();
    pages.retain(|path| path.extension().is_some_and(|end| end == "md"));
    pages.push(root.join("README.md"));
    pages.sort();
    pages
}

/// The lines of each block in this language, with its page and the line that it begins in.
fn blocks(language: &str) -> Vec<(String, Vec<String>)> {
    let mut blocks = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).expect("it can be read");
        let mut lines = text.lines().enumerate();
        while let Some((at, line)) = lines.next() {
            if line.strip_prefix("```") == Some(language) {
                let inside = lines.by_ref().map(|(_, line)| line.to_owned());
                let block: Vec<String> =
                    inside.take_while(|line| !line.starts_with("```")).collect();
                let name = page.file_name().expect("a name").to_string_lossy();
                blocks.push((format!("{name}:{}", at + 1), block));
            }
        }
    }
    blocks
}

/// A repository as the pages suppose one.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    fs::create_dir(root.join("migrations")).expect("it can be made");
    fs::write(
        root.join("migrations/0041_a.sql"),
        "CREATE TABLE a (id bigint PRIMARY KEY);\n",
    )
    .expect("written");
    fs::write(
        root.join("migrations/0042_x.sql"),
        "ALTER TABLE a ADD COLUMN b int;\n",
    )
    .expect("written");
    fs::write(
        root.join("mig-lint.sizes.toml"),
        "taken = \"2026-11-30\"\ndatabase = \"shop\"\nserver = \"17.2\"\n",
    )
    .expect("written");
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    for arguments in [
        &["init", "--quiet", "--initial-branch", "main"][..],
        &["add", "--all"],
        &["commit", "--quiet", "--message", "all"],
        &["update-ref", "refs/remotes/origin/main", "HEAD"],
    ] {
        let done = Command::new("git")
            .current_dir(root)
            .args(identity)
            .args(arguments)
            .status();
        assert!(done.expect("git runs").success(), "{arguments:?}");
    }
    folder
}

#[test]
fn commands_can_be_typed_as_they_stand() {
    let folder = repository();
    let mut tried = 0;
    Failures::collect(|failures| {
        for (place, block) in blocks("sh") {
            for line in block {
                let typed = line.split(" #").next().unwrap_or_default().trim();
                if typed.is_empty() || NOT_RUN.iter().any(|(begin, _)| typed.starts_with(begin)) {
                    continue;
                }
                let Some(arguments) = typed.strip_prefix("mig-lint ") else {
                    failures.note(
                        &place,
                        "a command of mig-lint, or a reason why it is not run",
                        typed,
                    );
                    continue;
                };
                tried += 1;
                let output = Command::new(env!("CARGO_BIN_EXE_mig-lint"))
                    .current_dir(folder.path())
                    .args(arguments.split_whitespace())
                    .output()
                    .expect("mig-lint runs");
                let told = String::from_utf8_lossy(&output.stderr).into_owned();
                let code = output.status.code();
                failures.check(matches!(code, Some(0 | 1)), &place, typed, told);
            }
        }
    });
    assert!(tried > 4, "{tried} commands were tried");
}

#[test]
fn configs_are_read() {
    let folder = repository();
    let mut tried = 0;
    Failures::collect(|failures| {
        for (place, block) in blocks("toml") {
            tried += 1;
            fs::write(folder.path().join("mig-lint.toml"), block.join("\n")).expect("written");
            let output = Command::new(env!("CARGO_BIN_EXE_mig-lint"))
                .current_dir(folder.path())
                .args(["config", "migrations"])
                .output()
                .expect("mig-lint runs");
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            failures.equal(&place, &Some(0), &output.status.code());
            failures.check(told.is_empty(), &place, "no fault", told);
        }
    });
    assert!(tried > 0);
}
