//! What rows a table is to get: how many, from which seed, and each column's recipe.

use std::collections::BTreeMap;

use super::recipe::{Columns, Recipe};
use crate::Error;

/// The rows that a table is to get.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// As SQL writes it.
    pub table: String,
    /// The same seed makes the same rows.
    pub seed: u64,
    /// One for a plain table, one for each partition that rows go to.
    pub parts: Vec<Part>,
}

/// Rows for one table or partition.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Where the rows go, as SQL writes it.
    pub table: String,
    /// The number of the first row: values taken in turn go on from there.
    pub first: u64,
    pub rows: u64,
    /// Columns that are not here get their default.
    pub columns: BTreeMap<String, Recipe>,
}

impl Plan {
    /// A plan for the named columns alone; the others get their defaults.
    pub fn of_columns(table: &str, rows: u64, seed: u64, columns: &Columns) -> Result<Self, Error> {
        let mut recipes = BTreeMap::new();
        for (name, spec) in columns {
            let recipe = spec.over(None);
            let recipe = recipe.ok_or_else(|| {
                Error::column(
                    table,
                    name,
                    "has no values: name one kind, such as sequence or text",
                )
            })?;
            recipes.insert(name.clone(), recipe);
        }
        let part = Part {
            table: table.to_owned(),
            first: 0,
            rows,
            columns: recipes,
        };
        Ok(Self {
            table: table.to_owned(),
            seed,
            parts: vec![part],
        })
    }

    /// All rows of the plan.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }
}
