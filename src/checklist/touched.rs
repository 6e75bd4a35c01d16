//! What a migration does, statement by statement, and to which tables that were there before.

use crate::effects::{Age, Effect};
use crate::engine::{MigrationReport, Prediction};
use crate::sizes::Size;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A table, and how large it is, if anybody said so.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Table {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
}

/// What each of its statements does.
pub(super) fn predictions(migration: &MigrationReport) -> impl Iterator<Item = &Prediction> {
    let statements = migration.statements.iter();
    statements.filter_map(|statement| statement.prediction.as_deref())
}

/// The tables that were there before.
pub(super) fn tables(predictions: &[&Prediction]) -> Vec<Table> {
    let mut tables: BTreeMap<String, Option<Size>> = BTreeMap::new();
    let effects = predictions.iter().flat_map(|it| &it.effects);
    let is_table = |effect: &&Arc<Effect>| effect.kind.is_queried() || effect.table.is_some();
    let earlier = effects.filter(|effect| effect.age == Age::Earlier);
    for effect in earlier.filter(is_table) {
        let schema = effect
            .schema
            .as_deref()
            .filter(|schema| *schema != "public");
        let name = schema.map_or_else(String::new, |schema| format!("{schema}."));
        let size = effect
            .size()
            .filter(|size| size.rows.is_some() || size.bytes.is_some());
        let known = tables
            .entry(name + effect.table.as_ref().unwrap_or(&effect.relation))
            .or_default();
        if known.is_none() {
            *known = size.cloned();
        }
    }
    let tables = tables.into_iter();
    tables.map(|(name, size)| Table { name, size }).collect()
}
