//! The facts about types and functions are those of a live server: `cargo test --test type_facts -- --ignored`, with PGHOST and its like set.

mod common;

use common::Failures;
use std::process::Command;

const FILES: [&str; 3] = ["casts.tsv", "functions.tsv", "opclasses.tsv"];

#[test]
#[ignore = "wants psql and the newest supported PostgreSQL"]
fn a_server_says_the_same() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/src/postgres/data");
    let fresh = tempfile::tempdir().expect("a folder");
    let script = format!("{data}/generate.sh");
    let made = Command::new("sh").arg(script).arg(fresh.path()).status();
    assert!(made.expect("sh runs").success(), "generate.sh failed");
    Failures::collect(|failures| {
        for file in FILES {
            let here = std::fs::read_to_string(format!("{data}/{file}")).expect("the data file");
            let there = std::fs::read_to_string(fresh.path().join(file)).expect("what was made");
            // The first line names the server that was asked.
            let rows = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
            let (here, there) = (rows(&here), rows(&there));
            let place = |at: usize| format!("src/postgres/data/{file}:{}", at + 2);
            for (at, (ours, fresh)) in here.iter().zip(&there).enumerate() {
                failures.equal(place(at), fresh, ours);
            }
            failures.equal(format!("lines of {file}"), &there.len(), &here.len());
        }
    });
}

#[test]
fn every_file_says_where_it_comes_from() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/src/postgres/data");
    Failures::collect(|failures| {
        for file in FILES {
            let text = std::fs::read_to_string(format!("{data}/{file}")).expect("the data file");
            let mut lines = text.lines();
            let first = lines.next().unwrap_or_default();
            let place = |at: usize| format!("src/postgres/data/{file}:{at}");
            let told = first.starts_with("# PostgreSQL ") && first.contains("generate.sh");
            failures.check(told, place(1), "where it comes from", first);
            let width = first
                .split(": ")
                .nth(1)
                .map_or(0, |names| names.split(", ").count());
            for (at, line) in (2..).zip(lines) {
                failures.equal(place(at), &width, &line.split('\t').count());
            }
        }
    });
}
