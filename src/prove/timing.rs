//! How long statements take at scale beside how long they are predicted to, without the rest of a proof: what shows whether estimates are any good.

use super::build::{Bench, BuildError};
use super::case::Case;
use super::definition::Definition;
use super::options::{Options, ProofError};
use super::ride::ride;
use super::rule;
use super::run::Subject;
use crate::estimate::Seconds;
use crate::postgres::Version;
use crate::rule::Example;
use mig_lint_demo_db::{Notices, Server};

/// One statement.
#[derive(Clone, Debug)]
pub struct Timing {
    /// The rule or the demo project.
    pub subject: String,
    pub case: String,
    pub sql: String,
    pub seconds: f64,
    pub predicted: Option<Seconds>,
}

/// Runs the bad cases of rules, and demo projects, through at scale, and gives the time that each statement took; one that cannot be built is said, and gives none, as does one that would
/// reach beyond its database.
///
/// # Errors
/// Where the server goes away.
pub fn timings(
    server: &Server,
    subjects: &[Subject<'_>],
    options: &Options<'_>,
    notices: &dyn Notices,
    mut done: impl FnMut(&[Timing]),
) -> Result<Vec<Timing>, ProofError> {
    let bench = Bench {
        server,
        notices,
        timeout: options.timeout,
        keep: false,
        ground: None,
    };
    let major = u8::try_from(server.version().major).ok();
    let version = major.and_then(Version::new).unwrap_or(Version::NEWEST);
    let mut all = Vec::new();
    for subject in subjects {
        for (name, case) in cases(subject, version) {
            // Whatever grows is predicted to take a while, or it is not reckoned with at all.
            let works = case
                .observed()
                .flat_map(|migration| &migration.statements)
                .any(|statement| statement.prediction.works());
            if !works || case.beyond_database().is_some() {
                continue;
            }
            let rows = options.rows.unwrap_or(super::DEFAULT_ROWS);
            let ridden = match ride(&bench, &case, rows, options.profile) {
                Ok(ridden) => ridden,
                Err(BuildError::Server(error)) => return Err(error.into()),
                Err(error) => {
                    notices.say(&format!("SKIPPED {name}, {}: {error}", case.name));
                    continue;
                }
            };
            let statements = case.observed().flat_map(|one| &one.statements);
            let sql: Vec<&str> = statements.map(|one| one.sql.as_str()).collect();
            let parts = ridden.rides.iter().flat_map(|ride| &ride.statements);
            // What the server breaks off takes as long as it takes to find that out.
            let parts = parts.filter(|part| !part.failed);
            let timings: Vec<Timing> = parts
                .filter_map(|part| {
                    Some(Timing {
                        subject: name.clone(),
                        case: case.name.clone(),
                        sql: (*sql.get(part.step)?).to_owned(),
                        seconds: part.end - part.start,
                        predicted: ridden.predicted.get(part.step).copied().flatten(),
                    })
                })
                .collect();
            done(&timings);
            all.extend(timings);
        }
    }
    Ok(all)
}

fn cases(subject: &Subject<'_>, version: Version) -> Vec<(String, Case)> {
    match subject {
        Subject::Rule(entry) => {
            let Ok(definition) = Definition::parse(entry.proof) else {
                return Vec::new();
            };
            let bad = entry.examples().filter(Example::is_bad);
            bad.filter_map(|example| rule::case(entry, example, &definition, version).ok())
                .map(|case| (entry.id.to_owned(), case))
                .collect()
        }
        Subject::Fixture(_, both) => both
            .iter()
            .filter_map(|fixture| fixture.prepare(version).ok())
            .map(|prepared| (prepared.case.name.clone(), prepared.case))
            .collect(),
        Subject::Path(_) => Vec::new(),
    }
}
