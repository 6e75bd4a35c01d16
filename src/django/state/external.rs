//! Models of packages whose migrations are not in the project: their tables and primary keys.

use super::ModelKey;
use std::collections::HashMap;
use std::sync::LazyLock;

/// App, model, table, column and type of the primary key.
const MODELS: &str = include_str!("external.tsv");

static KNOWN: LazyLock<HashMap<(&str, &str), External>> = LazyLock::new(|| {
    let lines = MODELS.lines().filter(|line| !line.starts_with('#'));
    let known = lines.filter_map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [app, name, table, key, key_type] = cells[..] else {
            return None;
        };
        let model = External {
            table,
            key,
            key_type,
        };
        Some(((app, name), model))
    });
    known.collect()
});

/// A table that a package made.
#[derive(Clone, Copy, Debug)]
pub(super) struct External {
    pub(super) table: &'static str,
    pub(super) key: &'static str,
    pub(super) key_type: &'static str,
}

/// What is known of a model that no migration of the project makes.
pub(super) fn model(key: &ModelKey) -> Option<External> {
    KNOWN.get(&(key.app.as_str(), key.name.as_str())).copied()
}
