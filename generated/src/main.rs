//! Generated schemas and statements: what is predicted of each is held against live servers of several versions.

mod arguments;
mod compare;
mod dice;
mod observed;
mod predicted;
mod report;
mod run;
mod schema;
mod shrink;
mod statements;
mod world;

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(arguments) = arguments::Arguments::read(std::env::args().skip(1)) else {
        let _ = writeln!(std::io::stderr(), "{}", arguments::USAGE);
        return ExitCode::from(2);
    };
    // Where signals cannot be caught, the next run tidies up.
    let _ = mig_lint_demo_db::interrupt::install();
    match run::run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}
