//! Which CHECK constraints spare ATTACH PARTITION a scan: what is predicted is what servers of all versions did.
//!
//! `cargo test --test locks -- --ignored` asks servers anew and writes `tests/data/bounds.tsv`; it downloads those that are not there.

mod cases;

use crate::common::{Failures, judged, migration};
use cases::{Case, cases};
use mig_lint::effects::Work;
use mig_lint::postgres::Version;
use mig_lint::source::TransactionMode;
use mig_lint_demo_db::notices::Silent;
use mig_lint_demo_db::{Error, Server, Session, Wanted};
use std::fmt::Write;

const RECORDED: &str = include_str!("../../data/bounds.tsv");
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/bounds.tsv");

/// The line of a case, without what servers did.
fn line(case: &Case) -> String {
    let filled = if case.not_null { "not null" } else { "null" };
    let Case {
        ty,
        side,
        bound,
        check,
        ..
    } = case;
    format!("{ty}\t{side}\t{filled}\t{bound}\t{check}")
}

#[test]
fn what_proves_a_bound_is_what_servers_take_as_proof() {
    let rows = RECORDED.lines().filter(|row| !row.starts_with('#'));
    let rows: Vec<&str> = rows.collect();
    let cases = cases();
    assert_eq!(rows.len(), cases.len(), "record {PATH} anew");
    Failures::collect(|failures| {
        for (nth, (row, case)) in (3..).zip(rows.into_iter().zip(&cases)) {
            let place = format!("tests/data/bounds.tsv:{nth}");
            let (described, observed) = row.rsplit_once('\t').unwrap_or_default();
            failures.equal(&place, described, &*line(case));
            // A letter for each version: `s`canned, `p`roven, `-` refused.
            for (version, seen) in Version::all().zip(observed.chars()) {
                if seen != '-' {
                    let found = if scans(case, version) { 's' } else { 'p' };
                    let place = format!("{place}, PostgreSQL {}: {described}", version.major());
                    failures.equal(place, &seen, &found);
                }
            }
        }
    });
}

/// Whether reading the table is predicted.
fn scans(case: &Case, version: Version) -> bool {
    let before = format!("SET timezone = 'UTC';\n{}", case.setup());
    let attach = format!("SET timezone = 'UTC';\n{};", case.attach());
    let history = vec![
        migration("before.sql", &before, TransactionMode::PerStatement, false),
        migration("attach.sql", &attach, TransactionMode::PerFile, true),
    ];
    let mut judged = judged(history, version);
    let reports = judged.migrations.pop().expect("it is reported");
    let mut predictions = reports.statements.iter().rev();
    let prediction = predictions.find_map(|one| one.prediction.as_ref());
    let effects = &prediction.expect("a prediction").effects;
    let of_table = effects
        .iter()
        .filter(|effect| effect.relation == case.table());
    of_table.into_iter().any(|effect| effect.work == Work::Scan)
}

#[test]
#[ignore = "asks servers of all versions, which may have to be downloaded"]
fn servers_are_asked_anew() -> Result<(), Error> {
    let cases = cases();
    let mut seen = vec![String::new(); cases.len()];
    let mut versions = Vec::new();
    for version in Version::all() {
        let wanted = Wanted {
            major: Some(version.major().into()),
            yes: true,
            ..Wanted::default()
        };
        let server = Server::open(&wanted, &Silent)?;
        versions.push(server.version().to_string());
        let scratch = server.scratch()?;
        let mut session = scratch.connect("bounds")?;
        session.run("SET timezone = 'UTC'")?;
        for (case, seen) in cases.iter().zip(&mut seen) {
            seen.push(ask(&mut session, case)?);
        }
    }
    let mut text = format!(
        "# Whether ATTACH PARTITION read the table, asked of PostgreSQL {} with time zone UTC by tests/locks/bounds.\n",
        versions.join(", ")
    );
    text += "# type, whose rows, NOT NULL or not, bound, CHECK, a letter for each version: s(canned), p(roven) or - where it was refused\n";
    for (case, seen) in cases.iter().zip(seen) {
        let _ = writeln!(text, "{}\t{seen}", line(case));
    }
    std::fs::write(PATH, text).expect("it is written");
    Ok(())
}

/// What a server does with a case: a letter of its line.
fn ask(session: &mut Session, case: &Case) -> Result<char, Error> {
    session.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")?;
    if session.run(&case.setup()).is_err() {
        return Ok('-');
    }
    session.run("BEGIN")?;
    let before = scanned(session, case)?;
    let letter = match session.run(&case.attach()) {
        Ok(()) if scanned(session, case)? > before => 's',
        Ok(()) => 'p',
        Err(_) => '-',
    };
    session.run("ROLLBACK")?;
    Ok(letter)
}

/// How often the table has been read.
fn scanned(session: &mut Session, case: &Case) -> Result<u64, Error> {
    let table = case.table();
    let sql = format!("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = '{table}'");
    let rows = session.rows(&sql)?;
    let count = rows.into_iter().flatten().flatten().next();
    Ok(count.and_then(|count| count.parse().ok()).unwrap_or(0))
}
