//! The texts that are written.

use super::Found;
use crate::source::Framework;
use std::fmt::Write as _;

/// What other hook managers run.
pub(super) const HOOK_LINE: &str = "mig-lint check --staged\n";
/// What any CI runs; the branch may be called otherwise.
pub(super) const CI_LINE: &str = "mig-lint check --since origin/main\n";
pub(super) const GITLAB: &str = include_str!("../../packaging/gitlab/mig-lint.gitlab-ci.yml");

const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How many migrations are more than anybody has pending.
const MANY: usize = 20;

pub(super) fn pre_commit() -> String {
    format!("repos:\n{}", pre_commit_entry("  "))
}

/// The entry of a list that is that far in.
pub(super) fn pre_commit_entry(indent: &str) -> String {
    format!(
        "{indent}- repo: {REPOSITORY}-pre-commit\n{indent}  rev: v{VERSION}\n{indent}  hooks:\n{indent}    - id: mig-lint\n"
    )
}

pub(super) fn github() -> String {
    format!(
        "# Checks the migrations that a pull request changes, and shows the findings in it.
name: migrations
on: [pull_request]
permissions:
  contents: read
jobs:
  mig-lint:
    runs-on: ubuntu-latest
    steps:
      # The whole history: what is new is told by where the branch began.
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
          fetch-depth: 0
      - run: pipx install mig-lint=={VERSION}
      - run: mig-lint check --since \"$BASE\" --output-format github
        env:
          BASE: ${{{{ github.event.pull_request.base.sha }}}}
"
    )
}

/// The config, each key with a word on it.
pub(super) fn config(found: &Found) -> String {
    let mut text = format!("#:schema {REPOSITORY}/raw/main/docs/schema/config.json\n\n");
    // Writing to a string cannot fail.
    match &found.servers[..] {
        [] => text.push_str(
            "# The oldest PostgreSQL that the migrations run on; without it the oldest that is supported is taken.\n# pg-version = 16\n",
        ),
        [first, ..] => {
            let _ = write!(
                text,
                "# The oldest PostgreSQL that the migrations run on ({}, line {}).\npg-version = {}\n",
                first.path, first.line, first.version
            );
        }
    }
    let folders: Vec<&str> = found
        .histories
        .iter()
        .map(|one| one.folder.as_str())
        .collect();
    if !folders.is_empty() && folders != ["."] {
        let listed: Vec<String> = folders.iter().map(|folder| quoted(folder)).collect();
        let _ = write!(
            text,
            "\n# What `mig-lint` without arguments checks.\npaths = [{}]\n",
            listed.join(", ")
        );
    }
    text.push_str(&pending(found));
    text.push_str(
        "\n# How large tables are: findings about duration go by it. Names may be globs.\n# [tables]\n# \"orders\" = { rows = \"10M\", bytes = \"850MB\", hot = true }\n# \"lookup_*\" = { rows = 500 }\n",
    );
    text
}

/// What keeps the first day quiet.
fn pending(found: &Found) -> String {
    match &found.histories[..] {
        [only] if only.migrations > MANY && only.framework != Framework::Django => format!(
            "\n# The last migration that is deployed everywhere: what comes before it is read and not reported. This was the newest when this file was written.\nstart-after = {}\n",
            quoted(&only.newest)
        ),
        all if all.iter().map(|one| one.migrations).sum::<usize>() > MANY => {
            "\n# Findings of old are not reported once `mig-lint --write-baseline` has written them to this file.\n# baseline = \"mig-lint.baseline.json\"\n".to_owned()
        }
        _ => String::new(),
    }
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
