//! A throwaway PostgreSQL at the terminal: starts one (or connects to one), makes a scratch database, and takes both away again.

use std::io::Write as _;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use mig_lint_demo_db::notices::Terminal;
use mig_lint_demo_db::{Error, Server, Wanted, interrupt};

const USAGE: &str = "usage: mig-lint-demo-db [--database-url URL] [--yes] [--pg-version N] [--pg-bin FOLDER] [--port N] [--keep] [--offline] [SQL]
runs SQL in a scratch database and prints the rows; without SQL it waits for Ctrl-C";

fn main() -> ExitCode {
    let Some((wanted, sql)) = arguments(std::env::args().skip(1)) else {
        let _ = writeln!(std::io::stderr(), "{USAGE}");
        return ExitCode::from(2);
    };
    match run(&wanted, sql.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

fn arguments(mut given: impl Iterator<Item = String>) -> Option<(Wanted, Option<String>)> {
    let mut wanted = Wanted::default();
    let mut sql = None;
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--database-url" => wanted.url = Some(given.next()?),
            "--yes" => wanted.yes = true,
            "--pg-version" => wanted.major = Some(given.next()?.parse().ok()?),
            "--pg-bin" => wanted.pg_bin = Some(given.next()?.into()),
            "--port" => wanted.port = Some(given.next()?.parse().ok()?),
            "--keep" => wanted.keep = true,
            "--offline" => wanted.offline = true,
            option if option.starts_with('-') => return None,
            _ => sql = Some(argument),
        }
    }
    Some((wanted, sql))
}

fn run(wanted: &Wanted, sql: Option<&str>) -> Result<(), Error> {
    // Where signals cannot be caught, the next run tidies up.
    let _ = interrupt::install();
    let server = Server::open(wanted, &Terminal::default())?;
    let scratch = server.scratch()?;
    let mut session = scratch.connect("mig-lint-demo-db")?;
    say(&format!(
        "PostgreSQL {}, database {}",
        server.version(),
        scratch.name()
    ));
    match sql {
        Some(sql) => {
            for row in session.rows(sql)? {
                let fields: Vec<String> = row.into_iter().map(Option::unwrap_or_default).collect();
                say(&fields.join("\t"));
            }
        }
        None => {
            while !interrupt::asked() {
                thread::sleep(Duration::from_millis(20));
            }
        }
    }
    if wanted.keep {
        drop(session);
        scratch.keep()?;
    }
    Ok(())
}

fn say(line: &str) {
    // Whoever closed standard output does not want to know.
    let _ = writeln!(std::io::stdout(), "{line}");
}
