//! The value of a parameter that is a time.

use std::time::Duration;

/// What `lock_timeout` and their like are set to; `None` where that switches them off, or is no time.
///
/// Source: PostgreSQL documentation, "Setting Parameters": without a unit it is milliseconds.
pub(super) fn timeout(value: &str) -> Option<Duration> {
    let value = value.trim();
    let digits = value
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(value.len());
    let (number, unit) = value.split_at(digits);
    let seconds = match unit.trim() {
        "us" => 0.000_001,
        "" | "ms" => 0.001,
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    let time = Duration::try_from_secs_f64(number * seconds).ok()?;
    Some(time).filter(|time| !time.is_zero())
}

#[cfg(test)]
mod tests {
    use super::timeout;
    use std::time::Duration;

    #[test]
    fn as_the_server_reads_it() {
        for (value, expected) in [
            ("2000", Some(2_000)),
            ("2s", Some(2_000)),
            (" 1.5 min ", Some(90_000)),
            ("250ms", Some(250)),
            ("0", None),
            ("0s", None),
            ("2 fortnights", None),
        ] {
            assert_eq!(
                timeout(value),
                expected.map(Duration::from_millis),
                "{value}"
            );
        }
    }
}
