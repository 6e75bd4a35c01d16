//! Promise: migrations are found, ordered and wrapped as their own runner would run them, and what cannot be read is said.

#![allow(clippy::unwrap_used)]

mod changelog;
#[path = "../common/mod.rs"]
mod common;
mod frameworks;
mod paths;
mod runners;
mod stdin;
mod unread;

use common::Failures;
use mig_lint::source::{
    Delivery, Discovery, FaultKind, Framework, Request, Script, TransactionMode, discover,
};
use std::fs;
use std::path::PathBuf;
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
        ..Request::default()
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
    Failures::collect(|failures| {
        for script in &history.scripts {
            let found = (script.framework, script.delivery);
            failures.equal(name(script), &(framework, delivery), &found);
        }
    });
    discovery
}
