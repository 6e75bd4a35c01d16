//! A Django project is read as Django reads it: order, places, comments, faults; whatever a file holds, the rest goes on.

mod bad_input;
mod code;
#[path = "../common/mod.rs"]
mod common;
mod everyday;
mod order;
mod projects;
mod reading;
mod view;

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// A project with the app `shop`, and more files.
fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let always = [
        (
            "manage.py",
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n",
        ),
        (
            "conf/settings.py",
            "USE_TZ = True\nINSTALLED_APPS = ['shop']\n",
        ),
        ("requirements.txt", "Django==5.2.3\n"),
        ("shop/__init__.py", ""),
        ("shop/migrations/__init__.py", ""),
    ];
    for (name, text) in always.iter().chain(files) {
        write(folder.path(), name, text.as_bytes());
    }
    folder
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    fs::write(path, bytes).expect("it can be written");
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mig-lint"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs")
}

fn json(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let mut all = arguments.to_vec();
    all.extend(["--output-format", "json"]);
    if arguments.first() == Some(&"check") {
        // What is good to know of any code in a migration stands in the examples of these rules.
        all.extend(["--ignore", "irreversible-operation,unbatched-runpython"]);
    }
    let output = run(folder, &all);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!error.contains("panicked"), "{error}");
    let value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| panic!("{fault}: {error}"));
    (output.status.code().expect("it ends by itself"), value)
}

/// The exit code, and `rule:file:line` of every finding.
fn checked(folder: &Path, arguments: &[&str]) -> (i32, Vec<String>) {
    let mut all = vec!["check"];
    all.extend(arguments);
    let (code, report) = json(folder, &all);
    let findings = report["findings"].as_array().expect("findings").iter();
    let found = findings.map(|finding| {
        let path = finding["path"].as_str().expect("a path");
        let file = path.rsplit('/').next().unwrap_or(path);
        format!(
            "{}:{file}:{}",
            finding["rule"].as_str().expect("a rule"),
            finding["line"]
        )
    });
    (code, found.collect())
}

/// `app.name` of the migrations, in running order.
fn order(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let mut all = vec!["sql"];
    all.extend(arguments);
    let (_, listing) = json(folder, &all);
    let migrations = listing["migrations"].as_array().expect("migrations").iter();
    migrations
        .map(|migration| {
            let text = |key: &str| migration[key].as_str().expect("a text").to_owned();
            format!("{}.{}", text("app"), text("name"))
        })
        .collect()
}

fn migration(dependencies: &str, operations: &str) -> String {
    format!(
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    dependencies = [{dependencies}]\n    operations = [{operations}]\n"
    )
}

fn sql(text: &str) -> String {
    format!("migrations.RunSQL(\"{text}\")")
}

const CREATE: &str = "CREATE TABLE item (id int PRIMARY KEY, code text)";
const DROP: &str = "ALTER TABLE item DROP COLUMN code";
