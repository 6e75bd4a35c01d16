//! Numbers as people write them: `10M`, `1_000_000`, `1.5GB`.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;

/// A number of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "cli", schemars(with = "NumberOrText"))]
pub(crate) struct Rows(pub(crate) u64);

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "cli", schemars(with = "NumberOrText"))]
pub(crate) struct Bytes(pub(crate) u64);

/// How such a number may be typed.
#[cfg(feature = "cli")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[allow(dead_code, reason = "a description")]
enum NumberOrText {
    Number(u64),
    Text(String),
}

const ROW_UNITS: &[(&str, u64)] = &[
    ("", 1),
    ("k", 1_000),
    ("m", 1_000_000),
    ("b", 1_000_000_000),
    ("t", 1_000_000_000_000),
];
/// Powers of 1024, as `pg_size_bytes` reads them.
const BYTE_UNITS: &[(&str, u64)] = &[
    ("", 1),
    ("b", 1),
    ("kb", 1 << 10),
    ("mb", 1 << 20),
    ("gb", 1 << 30),
    ("tb", 1 << 40),
    ("pb", 1 << 50),
];

/// The number that `text` stands for; no floating point, so that `0.1B` is exact.
fn parse(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim().to_lowercase().replace(['_', ' '], "");
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = units.iter().find(|(name, _)| *name == unit)?.1;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let places = u32::try_from(fraction.len()).ok()?;
    if whole.is_empty() || (factor == 1 && places > 0) {
        return None;
    }
    let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
    let parts = digits.checked_mul(u128::from(factor))?;
    u64::try_from(parts / 10_u128.checked_pow(places)?).ok()
}

/// The number of rows that a person has typed: `10M`, `1_000_000`.
#[must_use]
pub fn parse_rows(text: &str) -> Option<u64> {
    parse(text, ROW_UNITS)
}

/// `10M`, `2.5k`, `731`.
#[must_use]
pub fn short_rows(rows: u64) -> String {
    shorten(rows, 1_000, &["", "k", "M", "B", "T"])
}

/// `850 MB`, in powers of 1024.
#[must_use]
pub fn short_bytes(bytes: u64) -> String {
    shorten(bytes, 1_024, &[" B", " kB", " MB", " GB", " TB", " PB"])
}

/// The number in the largest unit that leaves at least 1, with one decimal where it is not whole.
fn shorten(number: u64, base: u64, units: &[&str]) -> String {
    let (number, base) = (u128::from(number), u128::from(base));
    let tenths_of = |divisor: u128| (number * 10 + divisor / 2) / divisor;
    let mut unit = 0;
    let mut divisor = 1;
    while tenths_of(divisor) >= base * 10 && unit + 1 < units.len() {
        divisor *= base;
        unit += 1;
    }
    let tenths = tenths_of(divisor);
    if tenths.is_multiple_of(10) || tenths >= 1_000 {
        format!("{}{}", tenths / 10, units[unit])
    } else {
        format!("{}.{}{}", tenths / 10, tenths % 10, units[unit])
    }
}

impl Rows {
    /// As it stands in a file: two or three digits that count, so that a table that grew a little is no change.
    pub(crate) fn text(self) -> String {
        short_rows(self.0)
    }
}

impl Bytes {
    /// As it stands in a file, like that of rows.
    pub(crate) fn text(self) -> String {
        short_bytes(self.0).replace(' ', "")
    }
}

struct Reader {
    units: &'static [(&'static str, u64)],
    examples: &'static str,
}

impl Visitor<'_> for Reader {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.examples)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<u64, E> {
        u64::try_from(value).map_err(|_| E::custom(format!("{value} is negative")))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
        parse(text, self.units)
            .ok_or_else(|| E::custom(format!("\"{text}\" is not {}", self.examples)))
    }
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reader = Reader {
            units: ROW_UNITS,
            examples: "a number of rows like 500, 1_000_000, \"10M\" or \"2B\"",
        };
        deserializer.deserialize_any(reader).map(Self)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reader = Reader {
            units: BYTE_UNITS,
            examples: "a number of bytes like 8192, \"850MB\" or \"1.5GB\"",
        };
        deserializer.deserialize_any(reader).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTE_UNITS, ROW_UNITS, parse};
    use crate::failures::Failures;

    #[test]
    fn numbers_as_people_write_them() {
        Failures::collect(|failures| {
            for (text, rows) in [
                ("500", Some(500)),
                ("1_000_000", Some(1_000_000)),
                ("10M", Some(10_000_000)),
                ("2B", Some(2_000_000_000)),
                ("1.5k", Some(1_500)),
                ("0.1B", Some(100_000_000)),
                ("1.23456", None),
                ("ten", None),
                ("-1", None),
                ("", None),
                ("M", None),
                ("99999999999999999999", None),
                ("10GB", None),
            ] {
                failures.equal(text, &rows, &parse(text, ROW_UNITS));
            }
        });
        Failures::collect(|failures| {
            for (text, bytes) in [
                ("850MB", Some(891_289_600)),
                ("1.5 GB", Some(1_610_612_736)),
                ("8192", Some(8_192)),
                ("10M", None),
            ] {
                failures.equal(text, &bytes, &parse(text, BYTE_UNITS));
            }
        });
    }
}
