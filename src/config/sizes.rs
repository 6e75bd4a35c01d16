//! Table sizes as typed, under `[tables]` and `[sizes]`, to what judging needs.

use super::error::ConfigError;
use super::exclude::glob;
use super::file::{SizesTable, TableHint};
use super::quantity::Rows;
use crate::sizes::{Hint, Size, Sizes};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// The sizes of one database, before those that hold for all; `from` is the file that says so. What is wrong goes to `faults`, with the bytes to blame.
pub(super) fn read(
    tables: BTreeMap<Spanned<String>, TableHint>,
    limits: &SizesTable,
    general: Option<&Sizes>,
    from: &str,
    faults: &mut Vec<(ConfigError, Range<usize>)>,
) -> Sizes {
    let mut tables: Vec<_> = tables.into_iter().collect();
    // The order of the file is the order of precedence.
    tables.sort_by_key(|(name, _)| name.span().start);
    let mut hints = Vec::new();
    for (name, hint) in tables {
        match glob(name.get_ref()) {
            Ok(pattern) => hints.push(Hint {
                pattern: pattern.compile_matcher(),
                size: Size {
                    rows: hint.rows.map(|rows| rows.0),
                    bytes: hint.bytes.map(|bytes| bytes.0),
                    hot: hint.hot,
                    from: from.to_owned(),
                },
            }),
            Err(error) => {
                let error = ConfigError::new(format!("not a glob: {}", error.kind()), "");
                faults.push((error, name.span()));
            }
        }
    }
    let standard = general.cloned().unwrap_or_default();
    let rows =
        |limit: &Option<Spanned<Rows>>, or| limit.as_ref().map_or(or, |rows| rows.get_ref().0);
    let small = rows(&limits.small_rows, standard.small_rows);
    let large = rows(&limits.large_rows, standard.large_rows);
    if let Some(limit) = limits.small_rows.as_ref().or(limits.large_rows.as_ref())
        && small > large
    {
        let error = ConfigError::new(
            format!("small-rows ({small}) is more than large-rows ({large})"),
            "below small-rows is small, from large-rows on is large",
        );
        faults.push((error, limit.span()));
    }
    let sizes = Sizes::new(hints, small, large);
    match general {
        Some(general) => sizes.before(general),
        None => sizes,
    }
}
