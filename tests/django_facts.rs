//! What `mig-lint sql` says of the demo projects is what Django's own sqlmigrate printed: `tests/data/django`, made by `tests/django-real`.

mod common;

use common::Failures;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Without what means nothing: white space, and the semicolon at the end.
fn plain(sql: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().collect();
    words.join(" ").trim_end_matches([';', ' ']).to_owned()
}

fn list(values: &Value) -> &[Value] {
    values.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Fixture and migration, with the statements and whether one transaction is around them.
type Facts = BTreeMap<(String, String), (bool, Vec<String>)>;

fn facts(version: &str) -> Facts {
    let path = root().join(format!("tests/data/django/fixtures-{version}.json"));
    let text = std::fs::read_to_string(path).expect("the facts are committed");
    let facts: Value = serde_json::from_str(&text).expect("the facts are JSON");
    let of = |migration: &Value| {
        let text = |key: &str| migration[key].as_str().expect("a text").to_owned();
        let statements = list(&migration["statements"]).iter();
        let statements = statements.map(|sql| plain(sql.as_str().expect("a text")));
        let atomic = migration["atomic"].as_bool().expect("true or false");
        (
            (text("fixture"), text("name")),
            (atomic, statements.collect()),
        )
    };
    list(&facts["migrations"]).iter().map(of).collect()
}

/// The same as `mig-lint sql` tells it.
fn said(fixture: &str, version: &str) -> Facts {
    let config = tempfile::NamedTempFile::with_suffix(".toml").expect("a file can be made");
    std::fs::write(
        config.path(),
        format!("[django]\nversion = \"{version}\"\n"),
    )
    .expect("it can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_mig-lint"))
        .args(["sql", "--output-format", "json", "--config"])
        .arg(config.path())
        .arg(root().join("fixtures").join(fixture))
        .output()
        .expect("it runs");
    let json: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{fixture}: {}", String::from_utf8_lossy(&output.stderr)));
    let of = |migration: &Value| {
        let statements = list(&migration["statements"])
            .iter()
            .filter(|one| one["kind"] == "sql")
            .map(|one| plain(one["sql"].as_str().expect("a text")));
        let name = migration["name"].as_str().expect("a name").to_owned();
        let atomic = migration["atomic"].as_bool().expect("true or false");
        ((fixture.to_owned(), name), (atomic, statements.collect()))
    };
    list(&json["migrations"]).iter().map(of).collect()
}

fn compare(version: &str) {
    let facts = facts(version);
    let fixtures: BTreeSet<&String> = facts.keys().map(|(fixture, _)| fixture).collect();
    assert!(fixtures.len() >= 18, "{fixtures:?}");
    let found: Facts = fixtures
        .iter()
        .flat_map(|fixture| said(fixture, version))
        .collect();
    Failures::collect(|failures| {
        for ((fixture, name), expected) in &facts {
            let place = format!("Django {version}, fixtures/{fixture}: {name}");
            let found = found.get(&(fixture.clone(), name.clone()));
            failures.equal(place, &Some(expected), &found);
        }
    });
    assert_eq!(found.len(), facts.len(), "as many migrations");
}

#[test]
fn django_4_2() {
    compare("4.2");
}

#[test]
fn django_5_2() {
    compare("5.2");
}

#[test]
fn django_6_0() {
    compare("6.0");
}

#[test]
fn every_demo_project_is_in_the_facts() {
    let facts = facts("6.0");
    let known: BTreeSet<&str> = facts.keys().map(|(fixture, _)| fixture.as_str()).collect();
    let folders = std::fs::read_dir(root().join("fixtures")).expect("the folder is there");
    Failures::collect(|failures| {
        for folder in folders {
            let path = folder.expect("it can be read").path();
            let name = Path::new(&path).file_name().expect("it has a name");
            let name = name.to_string_lossy();
            let listed = !name.starts_with("proj") || known.contains(&*name);
            failures.check(listed, name, "facts", "none");
        }
    });
}
