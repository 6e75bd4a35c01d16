//! Promise: both crates can be packaged together, and hold all that is compiled into the program.

mod common;

use common::Failures;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

fn cargo(arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--allow-dirty", "--quiet"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    output
}

#[test]
fn the_workspace_can_be_packaged() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().display().to_string();
    cargo(&[
        "--package",
        "mig-lint",
        "--package",
        "mig-lint-demo-db",
        "--no-verify",
        "--target-dir",
        &target,
    ]);
    let version = env!("CARGO_PKG_VERSION");
    Failures::collect(|failures| {
        for name in ["mig-lint", "mig-lint-demo-db"] {
            let file = format!("package/{name}-{version}.crate");
            failures.check(
                folder.path().join(&file).is_file(),
                &file,
                "the file",
                "none",
            );
        }
    });
}

#[test]
fn what_is_compiled_in_is_packaged() {
    let output = cargo(&["--list", "--package", "mig-lint"]);
    let list = String::from_utf8(output.stdout).expect("names");
    let packaged: BTreeSet<String> = list.lines().map(|name| name.replace('\\', "/")).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    Failures::collect(|failures| {
        for folder in ["src", "rules", "fixtures"] {
            for entry in ignore::WalkBuilder::new(root.join(folder))
                .hidden(false)
                .build()
            {
                let entry = entry.expect("a readable folder");
                if entry.file_type().is_some_and(|kind| kind.is_file()) {
                    let name = entry.path().strip_prefix(root).expect("below it");
                    let name = name.display().to_string().replace('\\', "/");
                    failures.check(
                        packaged.contains(&name),
                        &name,
                        "it packaged",
                        "it left out",
                    );
                    seen += 1;
                }
            }
        }
    });
    assert!(seen > 400, "{seen} files");
}
