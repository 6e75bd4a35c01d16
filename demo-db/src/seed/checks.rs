//! CHECK constraints: the server judges a sample of the rows; where it says no, it picks from simple values those that pass.

use std::collections::BTreeSet;

use super::candidates::candidates;
use super::catalog::{Check, Column, Table, listed, literal, quoted};
use super::load;
use super::plan::Part;
use super::prepare::Place;
use super::recipe::{Choice, Columns, Recipe, Values};
use crate::{Error, Session};

/// Rows that are tried.
const SAMPLE: u64 = 1_000;
/// Combinations of values that the server looks at for one constraint, at most.
const COMBINATIONS: usize = 100_000;
/// Combinations that are kept.
const KEPT: usize = 1_000;
/// A temporary table of the sample.
const SAMPLE_TABLE: &str = "pg_temp.mig_lint_sample";

/// Changes the recipes of columns whose values a CHECK refuses; an error names the constraint that nothing simple passes.
///
/// Returns whether any was changed.
pub(super) fn satisfy(
    session: &mut Session,
    table: &Table,
    given: &Columns,
    seed: u64,
    part: &mut Part,
) -> Result<bool, Error> {
    let checks: Vec<Check> = table
        .checks
        .iter()
        .map(by_name)
        .filter(|check| {
            check
                .columns
                .iter()
                .any(|name| part.columns.contains_key(name))
        })
        .collect();
    if checks.is_empty() {
        return Ok(false);
    }
    sample(session, table, seed, part)?;
    let mut refused = Vec::new();
    for check in &checks {
        if refuses(session, check) {
            refused.push(check);
        }
    }
    let mut settled = BTreeSet::new();
    for check in &refused {
        if settled.contains(&check.name) {
            continue;
        }
        let group = group(check, &checks);
        settled.extend(group.iter().map(|check| check.name.clone()));
        choose(session, table, given, part, check, &group)?;
    }
    session.run(&format!("DROP TABLE {SAMPLE_TABLE}"))?;
    Ok(!refused.is_empty())
}

/// A domain's VALUE becomes the column.
fn by_name(check: &Check) -> Check {
    if !check.domain {
        return check.clone();
    }
    let column = check
        .columns
        .first()
        .map(|name| quoted(name))
        .unwrap_or_default();
    let text = check
        .expression
        .strip_prefix("CHECK ")
        .unwrap_or(&check.expression);
    let text = text.strip_suffix(" NOT VALID").unwrap_or(text);
    let mut expression = String::new();
    // Only outside of quotes.
    for (at, piece) in text.split('\'').enumerate() {
        if at > 0 {
            expression.push('\'');
        }
        expression.push_str(&if at % 2 == 0 {
            piece.replace("VALUE", &column)
        } else {
            piece.to_owned()
        });
    }
    Check {
        expression,
        ..check.clone()
    }
}

/// The sample as a table of its own, without the constraints, its columns of the types below all domains.
fn sample(session: &mut Session, table: &Table, seed: u64, part: &Part) -> Result<(), Error> {
    let mut definitions = Vec::new();
    for column in &table.columns {
        let mut definition = format!("{} {}", quoted(&column.name), column.base.text);
        if let (true, Some(text)) = (column.generated, &column.default) {
            definition.push_str(&format!(" GENERATED ALWAYS AS ({text}) STORED"));
        }
        definitions.push(definition);
    }
    session.run(&format!(
        "DROP TABLE IF EXISTS {SAMPLE_TABLE}; CREATE TEMPORARY TABLE mig_lint_sample ({})",
        definitions.join(", ")
    ))?;
    let part = Part {
        rows: part.rows.min(SAMPLE),
        ..part.clone()
    };
    let place = Place {
        table,
        part: &part,
        seed,
    };
    let mut columns: Vec<&Column> = table
        .columns
        .iter()
        .filter(|column| part.columns.contains_key(&column.name))
        .collect();
    let mut makers = Vec::new();
    let mut kept = Vec::new();
    for column in columns.drain(..) {
        // Values that go through a domain are refused by it already: those are chosen anew below.
        let column_of_base = Column {
            type_text: column.base.text.clone(),
            ..column.clone()
        };
        makers.push(place.maker(session, &column_of_base)?);
        kept.push(column);
    }
    let names = listed(kept.iter().map(|column| &column.name));
    let statement = format!("COPY {SAMPLE_TABLE} ({names}) FROM STDIN (FORMAT binary)");
    load::copy(session, &statement, &part, (&kept, &makers), &mut |_| {})
}

/// Whether the constraint says no to any row of the sample, or cannot be asked.
fn refuses(session: &mut Session, check: &Check) -> bool {
    let query = format!(
        "SELECT 1 FROM {SAMPLE_TABLE} WHERE ({}) IS FALSE LIMIT 1",
        check.expression
    );
    session.rows(&query).map_or(true, |rows| !rows.is_empty())
}

/// All constraints that share columns with this one, by whatever way.
fn group<'a>(check: &'a Check, checks: &'a [Check]) -> Vec<&'a Check> {
    let mut columns: BTreeSet<&String> = check.columns.iter().collect();
    loop {
        let group: Vec<&Check> = checks
            .iter()
            .filter(|other| other.columns.iter().any(|name| columns.contains(name)))
            .collect();
        let before = columns.len();
        columns.extend(group.iter().flat_map(|check| &check.columns));
        if columns.len() == before {
            return group;
        }
    }
}

/// Lets the server pick, from simple values of the group's columns, the combinations that pass; NULLs only where nothing else does.
fn choose(
    session: &mut Session,
    table: &Table,
    given: &Columns,
    part: &mut Part,
    check: &Check,
    group: &[&Check],
) -> Result<(), Error> {
    let names: BTreeSet<&String> = group
        .iter()
        .flat_map(|check| &check.columns)
        .filter(|name| part.columns.contains_key(*name))
        .collect();
    let columns: Vec<&Column> = table
        .columns
        .iter()
        .filter(|column| names.contains(&column.name))
        .collect();
    if let Some(column) = columns.iter().find(|column| {
        given
            .get(&column.name)
            .is_some_and(|spec| spec.values.is_some())
    }) {
        let message = format!(
            "has values that the constraint {} refuses: {}",
            check.name, check.expression
        );
        return Err(Error::column(&table.name, &column.name, &message));
    }
    for nulls in [false, true] {
        let mut lists = Vec::new();
        for column in &columns {
            let found = candidates(
                session,
                SAMPLE_TABLE,
                column,
                &part.columns[&column.name],
                group,
            )?;
            let null = nulls && !column.not_null;
            lists.push(
                found
                    .into_iter()
                    .map(Some)
                    .chain(null.then_some(None))
                    .collect::<Vec<_>>(),
            );
        }
        let rows = passing(session, table, &columns, &lists, group);
        if rows.is_empty() {
            continue;
        }
        for (at, column) in columns.iter().enumerate() {
            let values: Vec<Option<String>> = rows.iter().map(|row| row[at].clone()).collect();
            let together = Some(check.name.clone());
            let values = if values.iter().all(Option::is_none) {
                Values::Null
            } else {
                Values::Choice(Choice { values, together })
            };
            let nulls = part.columns[&column.name].nulls;
            let recipe = Recipe {
                nulls,
                ..Recipe::from(values)
            };
            part.columns.insert(column.name.clone(), recipe);
        }
        return Ok(());
    }
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let message = format!(
        "needs values that the constraint {} lets pass, and no simple ones do: {}",
        check.name, check.expression
    );
    Err(Error::column(&table.name, &names.join(", "), &message))
}

/// The combinations that no constraint of the group refuses.
fn passing(
    session: &mut Session,
    table: &Table,
    columns: &[&Column],
    lists: &[Vec<Option<String>>],
    group: &[&Check],
) -> Vec<Vec<Option<String>>> {
    // The fewer of each column, the more columns there are.
    let mut each = COMBINATIONS;
    while u32::try_from(lists.len())
        .ok()
        .and_then(|power| each.checked_pow(power))
        .is_none_or(|all| all > COMBINATIONS)
        && each > 2
    {
        each = each * 9 / 10;
    }
    let mut from = Vec::new();
    for (column, list) in columns.iter().zip(lists) {
        // The last are NULLs, which must not be lost.
        let kept = list
            .iter()
            .take(each)
            .chain(list.iter().skip(each).filter(|value| value.is_none()));
        let values: Vec<String> = kept
            .map(|value| value.as_deref().map_or_else(|| "NULL".to_owned(), literal))
            .collect();
        from.push(format!(
            "(SELECT v::{} AS {name} FROM unnest(ARRAY[{}]::text[]) v) {alias}",
            column.base.text,
            values.join(", "),
            name = quoted(&column.name),
            alias = quoted(&format!("of {}", column.name))
        ));
    }
    let pass: Vec<String> = group
        .iter()
        .map(|check| format!("({}) IS NOT FALSE", check.expression))
        .collect();
    let texts: Vec<String> = columns
        .iter()
        .map(|column| format!("{}::text", quoted(&column.name)))
        .collect();
    let generated = table.columns.iter().filter(|column| {
        column.generated
            && column
                .sources
                .iter()
                .all(|name| columns.iter().any(|own| own.name == *name))
    });
    let generated: Vec<String> = generated
        .filter_map(|column| {
            Some(format!(
                ", {} AS {}",
                column.default.as_ref()?,
                quoted(&column.name)
            ))
        })
        .collect();
    let query = format!(
        "SELECT {} FROM (SELECT *{} FROM {}) candidates WHERE {} LIMIT {KEPT}",
        texts.join(", "),
        generated.concat(),
        from.join(", "),
        pass.join(" AND ")
    );
    session.rows(&query).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_speaks_of_its_column() {
        let check = Check {
            name: "positive".to_owned(),
            columns: vec!["net price".to_owned()],
            expression: "CHECK (((VALUE)::text <> 'VALUE'::text)) NOT VALID".to_owned(),
            domain: true,
        };
        assert_eq!(
            by_name(&check).expression,
            "(((\"net price\")::text <> 'VALUE'::text))"
        );
    }
}
