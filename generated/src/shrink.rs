//! Makes what shows a difference as small as it goes.

use crate::compare::{Compared, Difference};
use crate::observed::Bench;
use crate::predicted::{before, predicted};
use crate::report::Signature;
use crate::statements::Case;
use mig_lint::postgres::Version;
use mig_lint_demo_db::{Error, Server, interrupt};

/// Without the statements of the set-up that are not needed: by halves, then one by one.
pub(crate) fn shrink(
    server: &Server,
    version: Version,
    setup: &[String],
    case: &Case,
    wanted: &(Signature, Difference),
    waits: bool,
) -> Result<Vec<String>, Error> {
    let mut kept: Vec<String> = setup.to_vec();
    let mut width = kept.len().div_ceil(2);
    while width > 0 {
        let mut at = 0;
        while at < kept.len() && !interrupt::asked() {
            let mut fewer = kept.clone();
            fewer.drain(at..(at + width).min(kept.len()));
            if shows(server, version, &fewer, case, &wanted.0, waits)? {
                kept = fewer;
            } else {
                at += width;
            }
        }
        width /= 2;
    }
    Ok(kept)
}

fn shows(
    server: &Server,
    version: Version,
    setup: &[String],
    case: &Case,
    wanted: &Signature,
    waits: bool,
) -> Result<bool, Error> {
    let mut bench = Bench::new(server, setup)?;
    if bench.setup.len() < setup.len() {
        return Ok(false);
    }
    let seen = bench.observe(&case.sql, waits)?;
    if seen.error.is_some() {
        return Ok(false);
    }
    let ours = predicted(&before(&bench.setup), &case.sql, version);
    let compared = Compared::new(&ours, &seen, &bench.rows);
    let mut found = compared.differences.iter();
    Ok(found.any(|one| Signature::of(case.family, one) == *wanted))
}
