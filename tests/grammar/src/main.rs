//! Holds the parser against PostgreSQL's own: every statement of its regression suite, and what becomes of them when they are changed a little.
//!
//! `mig-lint-grammar FOLDER... [--mutations N] [--misses N]`: folders that hold `*.sql`, at any depth.

mod compare;
mod dice;
mod labels;
mod mutate;
mod report;
mod suite;
mod synopsis;

use report::Report;
use std::path::PathBuf;
use std::process::ExitCode;

/// How many statements are made of each form in a synopsis.
const PER_FORM: usize = 60;

fn main() -> ExitCode {
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut mutations = 45_000;
    let mut misses = 20;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|number| number.parse().ok());
        match argument.as_str() {
            "--mutations" => mutations = number().expect("a number of mutations"),
            "--misses" => misses = number().expect("how many misses of a kind to print"),
            _ => folders.push(argument.into()),
        }
    }
    let files = suite::files(&folders, "sql");
    let mut report = Report::new(misses);
    let mut known = Vec::new();
    for (path, text) in &files {
        for statement in suite::statements(text) {
            if report.original(path, &statement) {
                known.push(statement.text.to_owned());
            }
        }
    }
    report.print_suite(files.len());
    mutate::run(&known, mutations, &mut report);
    report.print_made("mutations");
    let mut dice = dice::Dice(1);
    for (_, page) in suite::files(&folders, "sgml") {
        let synopsis = synopsis::Synopsis::read(&page);
        for round in 0..synopsis.forms() * PER_FORM {
            let statement = synopsis.statement(round / PER_FORM, &mut dice);
            mutate::judge(&statement, &mut report);
        }
    }
    report.print_made("statements made from synopses");
    if report.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
