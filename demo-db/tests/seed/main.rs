//! Rows for tables, on a live server: what was asked for arrives, any table can be filled, and it stays what it was.
//!
//! Where no PostgreSQL is found and none can be had, all of it is ignored, and standard error says why.

#[path = "../common/mod.rs"]
mod common;
mod database;
mod derive;
mod load;

use std::io::Write as _;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// A test by its name.
pub(crate) type Test = (&'static str, fn());

fn main() -> ExitCode {
    let missing = common::why_no_server();
    if let Some(why) = &missing {
        let _ = writeln!(std::io::stderr(), "SKIPPED everything: {why}");
    }
    let tests = derive::TESTS.iter().chain(load::TESTS);
    let trials = tests.map(|&(name, test)| {
        let trial = Trial::test(name, move || {
            test();
            Ok(())
        });
        trial.with_ignored_flag(missing.is_some())
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
