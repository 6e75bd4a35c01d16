//! What stands behind options, read.

use crate::postgres::Version;
#[cfg(feature = "prove")]
use crate::sizes::parse_rows;
use clap::ValueEnum;

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

/// A major version.
pub(super) fn version(text: &str) -> Result<Version, String> {
    text.parse::<u8>()
        .ok()
        .and_then(Version::new)
        .ok_or_else(|| format!("versions are {} to {}", Version::OLDEST, Version::NEWEST))
}

/// A number of rows.
#[cfg(feature = "prove")]
pub(super) fn rows(text: &str) -> Result<u64, String> {
    let rows =
        parse_rows(text).ok_or_else(|| "write a number of rows: 1M, 10_000_000".to_owned())?;
    if rows < 1_000 {
        return Err("fewer than 1,000 rows show nothing".to_owned());
    }
    Ok(rows)
}
