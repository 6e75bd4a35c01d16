//! Generated schemas and statements: what is predicted of each is held against live servers of several versions.

mod arguments;
mod compare;
mod dice;
mod figures;
mod observed;
mod predicted;
mod record;
mod report;
mod run;
mod schema;
mod shrink;
mod statements;
mod world;

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Where signals cannot be caught, the next run tidies up.
    let _ = mig_lint_demo_db::interrupt::install();
    let typed: Vec<String> = std::env::args().skip(1).collect();
    if let [option, forms, observed] = &typed[..]
        && option == "--record"
    {
        return told(record::record(forms, observed).map(|()| true));
    }
    let Some(arguments) = arguments::Arguments::read(typed.into_iter()) else {
        let _ = writeln!(std::io::stderr(), "{}", arguments::USAGE);
        return ExitCode::from(2);
    };
    told(run::run(&arguments))
}

fn told(result: Result<bool, mig_lint_demo_db::Error>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}
