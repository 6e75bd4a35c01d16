//! Keys: columns whose values together may come once are counted through, alone where one has values enough, else like the digits of a number.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::{Key, Table};
use super::recipe::{Choice, ForeignKey, Pick, Recipe, Values};
use super::types;
use crate::{Error, Session};

/// Makes the columns of every key differ in that many rows; those in `fixed` keep their values.
pub(super) fn assign(
    session: &mut Session,
    table: &Table,
    fixed: &BTreeSet<String>,
    rows: u64,
    recipes: &mut BTreeMap<String, Recipe>,
) -> Result<(), Error> {
    // What one column settles for itself may settle a wider key too.
    let mut keys: Vec<&Key> = table.keys.iter().collect();
    keys.sort_by_key(|key| key.columns.len());
    for key in keys {
        let columns: Vec<&String> = key
            .columns
            .iter()
            .filter(|name| recipes.contains_key(*name))
            .collect();
        if columns.is_empty() {
            continue;
        }
        let mut counts = BTreeMap::new();
        for name in &columns {
            counts.insert(name.as_str(), count(session, table, name, &recipes[*name])?);
        }
        let settled = columns.iter().any(|name| {
            // NULLs never equal each other.
            recipes[*name].values == Values::Null
                || recipes[*name].pick == Pick::InTurn { every: 1 } && counts[name.as_str()] >= rows
        });
        if !settled && !alone(table, fixed, rows, &columns, recipes) {
            together(table, key, rows, &columns, &counts, recipes)?;
        }
    }
    Ok(())
}

/// Tries to let one column differ in every row; foreign keys and choices stay as they are.
fn alone(
    table: &Table,
    fixed: &BTreeSet<String>,
    rows: u64,
    columns: &[&String],
    recipes: &mut BTreeMap<String, Recipe>,
) -> bool {
    for name in columns {
        let bound = matches!(
            recipes[*name].values,
            Values::ForeignKey(_) | Values::SelfReference(_) | Values::Choice(_)
        );
        let Some(column) = table
            .column(name)
            .filter(|_| !bound && !fixed.contains(*name))
        else {
            continue;
        };
        let Some(values) = types::usual(column, true) else {
            continue;
        };
        if own_count(&values)
            .unwrap_or(u64::MAX)
            .min(types::most(&column.base))
            >= rows
        {
            let nulls = recipes[*name].nulls;
            recipes.insert(
                (*name).clone(),
                Recipe {
                    values,
                    nulls,
                    pick: Pick::InTurn { every: 1 },
                },
            );
            return true;
        }
    }
    false
}

/// Counts through the columns like the digits of a number, the one with the most values first.
fn together(
    table: &Table,
    key: &Key,
    rows: u64,
    columns: &[&String],
    counts: &BTreeMap<&str, u64>,
    recipes: &mut BTreeMap<String, Recipe>,
) -> Result<(), Error> {
    let mut columns = columns.to_vec();
    columns.sort_by_key(|name| {
        (
            recipes[*name].pick != Pick::InTurn { every: 1 },
            u64::MAX - counts[name.as_str()],
        )
    });
    let mut every: u64 = 1;
    let mut done = BTreeSet::new();
    for name in columns {
        if every >= rows || !done.insert(digit(name, &recipes[name])) {
            continue;
        }
        let this = digit(name, &recipes[name]);
        for (other, recipe) in recipes.iter_mut() {
            if digit(other, recipe) == this {
                recipe.pick = Pick::InTurn { every };
            }
        }
        every = every.saturating_mul(counts[name.as_str()].max(1));
    }
    if every >= rows {
        return Ok(());
    }
    Err(Error::Room {
        table: table.name.clone(),
        key: format!("{} ({})", key.name, key.columns.join(", ")),
        room: every,
        rows,
    })
}

/// Columns that belong together make one digit.
fn digit(name: &str, recipe: &Recipe) -> String {
    match &recipe.values {
        Values::Choice(Choice {
            together: Some(group),
            ..
        }) => format!("check {group}"),
        Values::ForeignKey(ForeignKey {
            together: Some(key),
            ..
        }) => format!("key {}", key.constraint),
        _ => format!("column {name}"),
    }
}

/// How many different values a recipe has, in that column.
fn count(session: &mut Session, table: &Table, name: &str, recipe: &Recipe) -> Result<u64, Error> {
    let most = table
        .column(name)
        .map_or(u64::MAX, |column| types::most(&column.base));
    let own = match &recipe.values {
        Values::ForeignKey(key) => {
            let rows = session.rows(&format!("SELECT count(*) FROM {}", key.table))?;
            let text = rows.into_iter().flatten().flatten().next();
            text.and_then(|text| text.parse().ok()).unwrap_or_default()
        }
        values => own_count(values).unwrap_or(u64::MAX),
    };
    Ok(own.min(most))
}

/// How many values there are; `None` where only the server can tell, or there are enough for any table.
fn own_count(values: &Values) -> Option<u64> {
    match values {
        Values::Integers(range) => {
            u64::try_from(range.to.checked_sub(range.from)?.checked_add(1)?).ok()
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count, and what is too large becomes the largest"
        )]
        Values::Money(money) => {
            Some(((money.to - money.from) * 10_f64.powi(i32::from(money.scale))).round() as u64 + 1)
        }
        Values::Text(text) => {
            let digits = text.width.saturating_sub(text.prefix.chars().count());
            Some(u64::from(text.radix).saturating_pow(u32::try_from(digits).unwrap_or(u32::MAX)))
        }
        Values::Choice(choice) => Some(choice.values.len() as u64),
        Values::Intervals(length) => Some(length.seconds),
        Values::Boolean(_) => Some(2),
        Values::Bytes(bytes) => {
            Some(256_u64.saturating_pow(u32::try_from(bytes.length).unwrap_or(u32::MAX)))
        }
        // Each may be that of any earlier row.
        Values::SelfReference(_) => Some(1),
        Values::Sequence(_)
        | Values::Timestamps(_)
        | Values::Uuid(_)
        | Values::Json(_)
        | Values::Sql(_)
        | Values::Null
        | Values::ForeignKey(_) => None,
    }
}
