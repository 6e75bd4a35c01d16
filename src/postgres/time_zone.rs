//! Time zones by name.

/// Whether local time there is UTC, always.
#[must_use]
pub fn is_utc(zone: &str) -> bool {
    [
        "utc",
        "gmt",
        "etc/utc",
        "etc/gmt",
        "uct",
        "zulu",
        "universal",
        "greenwich",
        "0",
    ]
    .contains(&zone.to_ascii_lowercase().as_str())
}
