//! Simple values that may pass a constraint: from the rows themselves, from what the constraint names, and from what is often asked for.

use std::collections::BTreeSet;

use super::catalog::{Check, Column, literal, quoted, unquoted};
use super::recipe::{Recipe, Values};
use crate::{Error, Session};

/// What constraints often ask for: numbers, words, codes, addresses, dates, documents.
const OFTEN: &[&str] = &[
    "0",
    "1",
    "-1",
    "0.5",
    "2",
    "5",
    "10",
    "100",
    "true",
    "false",
    "",
    "a",
    "A",
    "abc",
    "ABC",
    "AB",
    "en",
    "12345",
    "00000000",
    "+4930123456",
    "a@example.com",
    "https://example.com/",
    "2024-01-01",
    "2024-06-01",
    "{}",
    "[]",
    "{1}",
];

/// Values worth a try, as text: those of the sample, those that the constraints name and their neighbours, and a few that are often asked for.
pub(super) fn candidates(
    session: &mut Session,
    sample: &str,
    column: &Column,
    recipe: &Recipe,
    group: &[&Check],
) -> Result<Vec<String>, Error> {
    let name = quoted(&column.name);
    let rows = session.rows(&format!("SELECT {name}::text FROM {sample} WHERE {name} IS NOT NULL GROUP BY {name}::text ORDER BY {name}::text LIMIT 20"))?;
    let mut found: Vec<String> = rows.into_iter().flatten().flatten().collect();
    if matches!(
        recipe.values,
        Values::ForeignKey(_) | Values::SelfReference(_)
    ) {
        // Anything else might point nowhere.
        return Ok(found);
    }
    for check in group {
        found.extend(named(&check.expression));
    }
    found.extend(OFTEN.iter().map(|text| (*text).to_owned()));
    let mut seen = BTreeSet::new();
    found.retain(|text| seen.insert(text.clone()));
    // The server says which of them the type can read.
    found.retain(|text| {
        session
            .rows(&format!("SELECT {}::{}", literal(text), column.base.text))
            .is_ok()
    });
    Ok(found)
}

/// Literals in the text of an expression; numbers with their neighbours, and texts as long as they are.
fn named(expression: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some((before, quoted)) = rest.split_once('\'') {
        found.extend(near(before));
        let Some((text, after)) = unquoted(quoted) else {
            break;
        };
        found.extend(near(&text));
        found.push(text);
        rest = after;
    }
    found.extend(near(rest));
    found
}

/// The numbers in a text, what is next to them, and texts of such a length.
fn near(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for number in text.split(|c: char| !c.is_ascii_digit() && c != '.') {
        let Ok(number) = number.parse::<f64>() else {
            continue;
        };
        found.extend([number, number + 1.0, number - 1.0].map(|number| number.to_string()));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 1 and 1,000"
        )]
        if (1.0..=1_000.0).contains(&number) {
            found.extend(["a", "A", "1"].map(|letter| letter.repeat(number as usize)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_with_their_neighbours() {
        let found = named("((rating >= 3) AND (kind = ANY (ARRAY['new'::text, 'it''s'::text])))");
        for wanted in ["3", "4", "2", "new", "it's", "aaa"] {
            assert!(
                found.iter().any(|text| text == wanted),
                "{wanted} in {found:?}"
            );
        }
    }
}
