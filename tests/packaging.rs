//! What is shipped agrees with itself: one version, one address, actions by commit, and a hook that takes every migration and no other SQL.

mod common;

use common::Failures;
use regex::Regex;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The value of a key of the hook.
fn of_hook(key: &str) -> Regex {
    let hook = read(".pre-commit-hooks.yaml");
    let line = hook.lines().find_map(|line| line.trim().strip_prefix(key));
    let value = line
        .expect("the hook has the key")
        .trim()
        .trim_matches('\'');
    Regex::new(value).expect("an expression")
}

#[test]
fn the_hook_takes_migrations_and_no_other_sql() {
    let migrations = [
        "migrations/0001_initial.sql",
        "db/migrations/20240101120000_add_orders.sql",
        "db/migrate/001_x.psql",
        "migrations/000001_x.up.sql",
        "migrations/2024-01-01-000000_x/up.sql",
        "prisma/migrations/20240101_x/migration.sql",
        "src/main/resources/db/migration/V1__init.sql",
        "db/V1.2__x.sql",
        "db/R__views.sql",
        "drizzle/0000_wild.sql",
        "supabase/migrations/20240101000000_x.sql",
        "deploy/appschema.sql",
        "migrations/committed/000001-x.sql",
        "db/changelog/orders.sql",
        "migrations/oss/postgres/0/01_x.up.sql",
        "crates/db/migrations/20230101_x.sql",
        "shop/migrations/0002_total.py",
        "sql/0001.x.sql",
        "sql/002.sql",
    ];
    let others = [
        "queries/orders.sql",
        "queries/001_orders.sql",
        "sql/report.sql",
        "dbt/models/orders.sql",
        "supabase/seed.sql",
        "seeds/0001_users.sql",
        "migrations/000001_x.down.sql",
        "migrations/2024-01-01-000000_x/down.sql",
        "revert/appschema.sql",
        "verify/appschema.sql",
        "node_modules/x/migrations/1_x.sql",
        "shop/models.py",
        "shop/migrations/__init__.py",
        "README.md",
        "migrations/atlas.sum",
    ];
    let (files, exclude) = (of_hook("files:"), of_hook("exclude:"));
    let takes = |path: &str| files.is_match(path) && !exclude.is_match(path);
    Failures::collect(|failures| {
        for path in migrations {
            failures.check(takes(path), path, "taken", "passed over");
        }
        for path in others {
            failures.check(!takes(path), path, "passed over", "taken");
        }
    });
}

#[test]
fn there_is_one_version_and_one_address() {
    let version = env!("CARGO_PKG_VERSION");
    let address = env!("CARGO_PKG_REPOSITORY");
    let places = [
        ("action.yml", format!("default: \"{version}\"")),
        ("action.yml", format!("REPOSITORY: {address}")),
        (
            "packaging/gitlab/mig-lint.gitlab-ci.yml",
            format!("mig-lint=={version}"),
        ),
        (
            "packaging/pypi/pyproject.toml",
            format!("repository = \"{address}\""),
        ),
        (
            "packaging/docker/Dockerfile",
            format!("source=\"{address}\""),
        ),
        (
            "Cargo.toml",
            format!("mig-lint-demo-db = {{ version = \"{version}\""),
        ),
    ];
    Failures::collect(|failures| {
        for (path, words) in places {
            failures.check(read(path).contains(&words), path, &words, "something else");
        }
    });
}

/// The workflows, and the action.
fn workflows() -> Vec<PathBuf> {
    let folder = fs::read_dir(root().join(".github/workflows")).expect("there are workflows");
    let mut paths: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
    paths.push(root().join("action.yml"));
    paths
}

#[test]
fn every_action_is_named_by_its_commit_and_every_workflow_says_what_it_may() {
    let commit = Regex::new(r"^[^@ ]+@[0-9a-f]{40} # v[0-9.]+$").expect("an expression");
    Failures::collect(|failures| {
        for path in workflows() {
            let name = path.display();
            let text = fs::read_to_string(&path).expect("it can be read");
            let lines = text
                .lines()
                .map(|line| line.trim().trim_start_matches("- "));
            for used in lines.filter_map(|line| line.strip_prefix("uses: ")) {
                failures.check(
                    commit.is_match(used),
                    &name,
                    "owner/name@commit # version",
                    used,
                );
            }
            let is_action = path.ends_with("action.yml");
            failures.check(
                is_action || text.contains("\npermissions:"),
                &name,
                "permissions",
                "none",
            );
            // What an event brings never becomes part of a script.
            let scripts = text.split("run: |").skip(1);
            let injected = scripts.filter(|script| {
                let script = script.split("\n      - ").next().unwrap_or_default();
                let script = script.split("\n    - ").next().unwrap_or_default();
                script.contains("${{")
            });
            failures.equal(&name, &0, &injected.count());
        }
    });
}

#[test]
fn the_mirror_of_the_hook_is_the_hook() {
    let hook = read(".pre-commit-hooks.yaml");
    assert!(
        hook.contains("\n  language: rust\n"),
        "what the mirror replaces is there"
    );
    let make = read("packaging/pre-commit-mirror/make");
    assert!(make.contains("s/^  language: rust$/  language: python/"));
}
