//! How names of migrations compare.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The order of the files in a history, where the config says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// By the numbers in the names, of any length; timestamps too.
    Numeric,
    /// Byte by byte.
    Text,
    /// By the leading dotted version: `1.9` before `1.10`, `1_2` as `1.2`.
    Version,
}

impl Order {
    /// Compares two names in this order.
    #[must_use]
    pub fn compare(self, left: &str, right: &str) -> Ordering {
        match self {
            Self::Numeric => natural(left, right),
            Self::Text => left.cmp(right),
            Self::Version => version(left, right).then_with(|| natural(left, right)),
        }
    }
}

/// Text order in which runs of digits count as numbers, however long; equal numbers fall back to the text itself.
pub(super) fn natural(left: &str, right: &str) -> Ordering {
    let (mut rest_left, mut rest_right) = (left, right);
    loop {
        let (Some(a), Some(b)) = (rest_left.chars().next(), rest_right.chars().next()) else {
            return rest_left
                .len()
                .cmp(&rest_right.len())
                .then_with(|| left.cmp(right));
        };
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let (digits_left, digits_right) = (digits(rest_left), digits(rest_right));
            match number(digits_left, digits_right) {
                Ordering::Equal => {}
                unequal => return unequal,
            }
            rest_left = &rest_left[digits_left.len()..];
            rest_right = &rest_right[digits_right.len()..];
        } else if a == b {
            rest_left = &rest_left[a.len_utf8()..];
            rest_right = &rest_right[b.len_utf8()..];
        } else {
            return b
                .is_ascii_digit()
                .cmp(&a.is_ascii_digit())
                .then_with(|| a.cmp(&b));
        }
    }
}

/// Compares dotted versions part by part; `_` parts them too, and missing parts count as zero.
pub(super) fn version(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (parts(left), parts(right));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (a, b) => match number(a.unwrap_or("0"), b.unwrap_or("0")) {
                Ordering::Equal => {}
                unequal => return unequal,
            },
        }
    }
}

fn parts(version: &str) -> impl Iterator<Item = &str> {
    version.split(['.', '_']).map(digits)
}

/// The digits that a text starts with.
pub(super) fn digits(text: &str) -> &str {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    &text[..end]
}

/// Compares two runs of digits as numbers.
pub(super) fn number(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(order: Order, mut names: Vec<&str>) -> Vec<&str> {
        names.sort_by(|a, b| order.compare(a, b));
        names
    }

    #[test]
    fn numbers_of_any_length_compare_as_numbers() {
        let long = "123456789012345678901234567890_x";
        assert_eq!(
            sorted(Order::Numeric, vec![long, "10_b", "9_c", "0002_d", "seed"]),
            ["0002_d", "9_c", "10_b", long, "seed"]
        );
        assert_eq!(
            sorted(Order::Numeric, vec!["1_b", "01_a", "001_a"]),
            ["001_a", "01_a", "1_b"]
        );
    }

    #[test]
    fn text_and_version_orders() {
        assert_eq!(sorted(Order::Text, vec!["9", "10"]), ["10", "9"]);
        assert_eq!(
            sorted(Order::Version, vec!["1.10", "1.9.1", "1_9", "1.2"]),
            ["1.2", "1_9", "1.9.1", "1.10"]
        );
        assert_eq!(version("1", "1.0.0"), Ordering::Equal);
    }
}
