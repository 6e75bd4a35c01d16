//! The questions that are asked around a migration, whose answers show what it does to data and settings.

use super::case::{Case, Migration, Shows};
use super::report::Shown;
use mig_lint_demo_db::{Error, Session};

/// What the questions about a migration answer now.
pub(super) fn answers<'c>(
    session: &mut Session,
    case: &'c Case,
    migration: &Migration,
) -> Result<Vec<(&'c Shows, String)>, Error> {
    let of = |shows: &&Shows| {
        let named = shows.migration.as_ref();
        named.is_none_or(|named| *named == migration.name)
    };
    let mut answers = Vec::new();
    for shows in case.shows.iter().filter(of) {
        let answer = match session.rows(&shows.query) {
            Ok(rows) => {
                let value = rows.into_iter().flatten().next().flatten();
                value.unwrap_or_else(|| "NULL".to_owned())
            }
            Err(Error::Sql(error)) => format!("SQLSTATE {}", error.sqlstate),
            Err(other) => return Err(other),
        };
        answers.push((shows, answer));
    }
    Ok(answers)
}

/// The answers before and behind a migration, held against what was expected.
pub(super) fn shown(before: Vec<(&Shows, String)>, after: Vec<(&Shows, String)>) -> Vec<Shown> {
    let pairs = before.into_iter().zip(after);
    let told = pairs.map(|((shows, before), (_, after))| Shown {
        query: shows.query.clone(),
        expected: before == shows.before && after == shows.after,
        harms: before != after || shows.should.as_ref().is_some_and(|should| *should != after),
        before,
        after,
    });
    told.collect()
}
