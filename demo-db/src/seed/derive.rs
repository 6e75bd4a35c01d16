//! A plan from the catalog: usual values for each type, keys that differ, foreign keys that point at rows, checks that pass, partitions that fit.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::{Column, Foreign, Table, quoted};
use super::partitions::{self, Target};
use super::plan::{Part, Plan};
use super::recipe::{Columns, ForeignKey, Recipe, SelfReference, Together, Values};
use super::{checks, distinct, types};
use crate::{Error, Session};

impl Plan {
    /// A plan for all columns of a table, from the server's catalog; `given` is laid over what was derived.
    ///
    /// Columns are never NULL unless `given` says so, or nothing else is possible: most migrations assume no NULLs, and one that fails shows nothing.
    /// Tables that this one points at must have their rows already. Rows that the table has stay, and their keys are not used again.
    pub fn of_table(
        session: &mut Session,
        table: &str,
        rows: u64,
        seed: u64,
        given: &Columns,
    ) -> Result<Self, Error> {
        let table = Table::describe(session, table)?;
        if let Some(name) = given
            .keys()
            .find(|name| table.column(name).is_none_or(|column| column.generated))
        {
            let names: Vec<&str> = table
                .columns
                .iter()
                .filter(|column| !column.generated)
                .map(|column| column.name.as_str())
                .collect();
            return Err(Error::column(
                &table.name,
                name,
                &format!("is none that can be filled: {}", names.join(", ")),
            ));
        }
        let mut recipes = BTreeMap::new();
        for column in table.columns.iter().filter(|column| !column.generated) {
            // What cannot be sent is left to its default, which may be NULL.
            let is_left = !column.base.binary && (column.default.is_some() || !column.not_null);
            if !is_left || given.contains_key(&column.name) {
                recipes.insert(column.name.clone(), recipe(&table, column, given)?);
            }
        }
        point_likely(session, &table, given, &mut recipes)?;
        let used = first(session, &table)?;
        let mut first = used;
        let targets = partitions::targets(session, &table)?;
        let count = targets.len() as u64;
        let mut parts = Vec::new();
        for (at, target) in targets.into_iter().enumerate() {
            // The first ones take what does not divide.
            let share = rows / count + u64::from((at as u64) < rows % count);
            if share > 0 {
                parts.push(part(
                    session,
                    &table,
                    given,
                    seed,
                    (target, first, share),
                    used,
                    recipes.clone(),
                )?);
            }
            first += share;
        }
        Ok(Self {
            table: table.name,
            seed,
            parts,
        })
    }
}

/// The rows for one target.
fn part(
    session: &mut Session,
    table: &Table,
    given: &Columns,
    seed: u64,
    (target, first, rows): (Target, u64, u64),
    used: u64,
    mut columns: BTreeMap<String, Recipe>,
) -> Result<Part, Error> {
    let asked = given.iter().filter(|(_, spec)| spec.values.is_some());
    let mut fixed: BTreeSet<String> = asked.map(|(name, _)| name.clone()).collect();
    for (name, values) in target.columns {
        fixed.insert(name.clone());
        columns.insert(name, Recipe::from(values));
    }
    // Rows that are there have taken as many values.
    let needed = used + rows;
    distinct::assign(session, table, &fixed, needed, &mut columns)?;
    let mut part = Part {
        table: target.table,
        first,
        rows,
        columns,
    };
    if checks::satisfy(session, table, given, seed, &mut part)? {
        // What was chosen for a check may have to differ too.
        distinct::assign(session, table, &fixed, needed, &mut part.columns)?;
        if checks::satisfy(session, table, given, seed, &mut part)? {
            return Err(Error::seed(
                &table.name,
                "has CHECK constraints and keys that nothing simple satisfies together: give the columns' values",
            ));
        }
    }
    Ok(part)
}

/// The number of the first row: behind all rows that are there, and behind their numbers.
fn first(session: &mut Session, table: &Table) -> Result<u64, Error> {
    let numbers = table.columns.iter().filter(|column| {
        let in_key = table
            .keys
            .iter()
            .any(|key| key.columns.contains(&column.name));
        in_key && matches!(column.base.name.as_str(), "int2" | "int4" | "int8")
    });
    let tops: Vec<String> = numbers
        .map(|column| format!(", max({})", quoted(&column.name)))
        .collect();
    let rows = session.rows(&format!(
        "SELECT greatest(count(*){}, 0) FROM {}",
        tops.concat(),
        table.name
    ))?;
    let text = rows.into_iter().flatten().flatten().next();
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or_default())
}

fn recipe(table: &Table, column: &Column, given: &Columns) -> Result<Recipe, Error> {
    let spec = given.get(&column.name);
    let derived = usual(table, column).map(Recipe::from);
    let recipe = match spec {
        Some(spec) => spec.over(derived.as_ref()),
        None => derived,
    };
    if let Some(recipe) = recipe {
        return Ok(recipe);
    }
    if column.not_null {
        let message = format!(
            "is of type {}, of which no values are known: give it choice or sql",
            column.type_text
        );
        return Err(Error::column(&table.name, &column.name, &message));
    }
    Ok(Recipe::from(Values::Null))
}

/// A migration may be about to declare these as foreign keys: their values are such that it can, where the parent has rows.
fn point_likely(
    session: &mut Session,
    table: &Table,
    given: &Columns,
    recipes: &mut BTreeMap<String, Recipe>,
) -> Result<(), Error> {
    for key in &table.likely_keys {
        let column = &key.columns[0];
        let free = given.get(column).is_none_or(|spec| spec.values.is_none());
        if free
            && !session
                .rows(&format!("SELECT 1 FROM {} LIMIT 1", key.parent))?
                .is_empty()
        {
            let nulls = recipes.get(column).map_or(0.0, |recipe| recipe.nulls);
            if let Some(values) = reference(key, column) {
                recipes.insert(
                    column.clone(),
                    Recipe {
                        nulls,
                        ..Recipe::from(values)
                    },
                );
            }
        }
    }
    Ok(())
}

fn usual(table: &Table, column: &Column) -> Option<Values> {
    // A row that fits in several columns fits in each of them, as long as its table keeps its own word.
    let keys = table.foreign_keys.iter().rev();
    let key = keys
        .filter(|key| key.columns.contains(&column.name))
        .max_by_key(|key| key.columns.len());
    match key {
        Some(key) if key.own && key.columns.len() == 1 => {
            Some(Values::SelfReference(SelfReference {
                column: key.parent_columns[0].clone(),
            }))
        }
        // A row of its own table that fits in several columns: the first row has none to point at.
        Some(key) if key.own => None,
        Some(key) => reference(key, &column.name),
        None => types::usual(column, false),
    }
}

fn reference(key: &Foreign, column: &str) -> Option<Values> {
    let at = key.columns.iter().position(|name| name == column)?;
    let together = (key.columns.len() > 1).then(|| Together {
        constraint: key.name.clone(),
        order: key.parent_columns.clone(),
    });
    Some(Values::ForeignKey(ForeignKey {
        table: key.parent.clone(),
        column: key.parent_columns.get(at)?.clone(),
        together,
    }))
}
