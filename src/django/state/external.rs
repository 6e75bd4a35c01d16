//! Models of packages whose migrations are not in the project: their tables and primary keys.

use super::ModelKey;

/// App, model, table, column and type of the primary key.
const MODELS: &str = include_str!("external.tsv");

/// A table that a package made.
#[derive(Clone, Copy, Debug)]
pub(super) struct External {
    pub(super) table: &'static str,
    pub(super) key: &'static str,
    pub(super) key_type: &'static str,
}

/// What is known of a model that no migration of the project makes.
pub(super) fn model(key: &ModelKey) -> Option<External> {
    let lines = MODELS.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.split('\t').collect::<Vec<&str>>())
        .find_map(|cells| match cells[..] {
            [app, name, table, column, column_type] if app == key.app && name == key.name => {
                Some(External {
                    table,
                    key: column,
                    key_type: column_type,
                })
            }
            _ => None,
        })
}
