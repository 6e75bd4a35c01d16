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
            if let Some(taken) = shows(server, version, &fewer, case, &wanted.0, waits)? {
                kept = taken;
            } else {
                at += width;
            }
        }
        width /= 2;
    }
    // Columns and constraints too, from the last.
    for at in 0..kept.len() {
        let mut part = parts(&kept[at]).map_or(0, |(_, parts, _)| parts.len());
        while part > 0 && !interrupt::asked() {
            part -= 1;
            let mut fewer = kept.clone();
            if let Some((head, mut parts, tail)) = parts(&kept[at]) {
                if parts.len() < 2 {
                    break;
                }
                parts.remove(part);
                fewer[at] = format!("{head}({}){tail}", parts.join(", "));
            }
            if let Some(taken) = shows(server, version, &fewer, case, &wanted.0, waits)?
                && taken.len() == kept.len()
            {
                kept = taken;
            }
        }
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
) -> Result<Option<Vec<String>>, Error> {
    let mut bench = Bench::new(server, setup)?;
    let seen = bench.observe(&case.sql, waits)?;
    if seen.error.is_some() {
        return Ok(None);
    }
    let ours = predicted(&before(&bench.setup), &case.sql, version);
    let compared = Compared::new(&ours, &seen, &bench.rows);
    let mut found = compared.differences.iter();
    let shown = found.any(|one| Signature::of(case.family, one) == *wanted);
    Ok(shown.then_some(bench.setup))
}

/// What stands before the parts of CREATE TABLE, the parts, and what stands behind.
fn parts(sql: &str) -> Option<(&str, Vec<String>, &str)> {
    if !sql.starts_with("CREATE TABLE") {
        return None;
    }
    let open = sql.find('(')?;
    let (mut depth, mut parts, mut part) = (0, Vec::new(), String::new());
    for (at, c) in sql[open..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            parts.push(part);
            return Some((&sql[..open], parts, &sql[open + at + 1..]));
        }
        if c == ',' && depth == 1 {
            parts.push(std::mem::take(&mut part));
        } else if at > 0 && !(part.is_empty() && c == ' ') {
            part.push(c);
        }
    }
    None
}
