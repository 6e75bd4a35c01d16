//! Table sizes as typed, under `[tables]` and `[sizes]`, to what judging needs.

use super::error::ConfigError;
use super::exclude::glob;
use super::file::{SizesTable, TableHint};
use crate::sizes::quantity::Rows;
use crate::sizes::{Hint, Size, Sizes, Snapshot, today};
use crate::source::SourceFile;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;

/// What `mig-lint sizes` has written, or the CSV of its query.
pub(super) fn snapshot(path: &Path) -> Result<Arc<Snapshot>, ConfigError> {
    let help = "write it anew: mig-lint sizes --database-url URL";
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let message = match error.kind() {
            std::io::ErrorKind::NotFound => format!("there is no file of sizes {shown}"),
            kind => format!("the sizes in {shown} cannot be read: {kind}"),
        };
        ConfigError::new(message, help)
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let read = if path.extension().is_some_and(|extension| extension == "csv") {
        Snapshot::of_csv(&text, &name).map_err(|message| {
            ConfigError::new(
                format!("{shown} is no answer to the query for sizes: {message}"),
                "`mig-lint sizes --print-query` says how to get one",
            )
        })
    } else {
        Snapshot::of_toml(&text, &name).map_err(|error| {
            let fault = ConfigError::new(format!("no file of sizes: {}", error.message), help);
            let file = Arc::new(SourceFile::new(path, text.clone()));
            match error.span {
                Some(span) => fault.at(&file, span),
                None => fault,
            }
        })
    };
    read.map(Arc::new)
}

/// After how many days tables may have grown to another class.
const OLD: i32 = 90;

/// That sizes were taken long ago.
pub(super) fn old(snapshot: &Snapshot, path: &Path) -> Option<String> {
    let days = snapshot.age(today());
    (days > OLD).then(|| {
        format!(
            "{} was taken on {}, {days} days ago: mig-lint sizes writes it anew",
            path.display(),
            snapshot.taken
        )
    })
}

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
                    toast: 0,
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
