//! Numbers in decimal, compared and computed exactly.
//!
//! Source: PostgreSQL documentation, "Arbitrary Precision Numbers"; `src/backend/utils/adt/numeric.c`.

use std::cmp::Ordering;

/// `digits` with so many of them behind the point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal {
    digits: i128,
    scale: u32,
}

/// More digits than an `i128` holds are not read.
const DIGITS: u32 = 38;

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.compare(*other) == Some(Ordering::Equal)
    }
}

impl From<i64> for Decimal {
    fn from(digits: i64) -> Self {
        Self {
            digits: digits.into(),
            scale: 0,
        }
    }
}

impl Decimal {
    /// Reads `-12.50`, `1e3`, `.5`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (sign, text) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (text, exponent) = match text.split_once(['e', 'E']) {
            Some((text, exponent)) => (text, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let written = [whole, fraction].concat();
        let plain = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit());
        let digits: i128 = plain.then(|| written.parse().ok()).flatten()?;
        let scale = i32::try_from(fraction.len()).ok()? - exponent;
        let read = match u32::try_from(scale) {
            Ok(scale) => Self { digits, scale },
            Err(_) => Self {
                digits: digits.checked_mul(power(scale.unsigned_abs())?)?,
                scale: 0,
            },
        };
        (read.scale <= DIGITS).then_some(Self {
            digits: sign * read.digits,
            ..read
        })
    }

    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        let scale = self.scale.max(other.scale);
        Some(self.scaled(scale)?.cmp(&other.scaled(scale)?))
    }

    fn scaled(self, scale: u32) -> Option<i128> {
        self.digits.checked_mul(power(scale - self.scale)?)
    }

    /// With so many digits behind the point, the last rounded, halves away from zero (`numeric_round`).
    pub(super) fn rounded(self, scale: u32) -> Option<Self> {
        if self.scale <= scale {
            return Some(self);
        }
        let unit = power(self.scale - scale)?;
        let half = unit / 2 * self.digits.signum();
        Some(Self {
            digits: self.digits.checked_add(half)? / unit,
            scale,
        })
    }

    /// As a whole number, rounded.
    pub(super) fn whole(self) -> Option<i64> {
        i64::try_from(self.rounded(0)?.scaled(0)?).ok()
    }

    pub(super) fn plus(self, other: Self, sign: i128) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let digits = self
            .scaled(scale)?
            .checked_add(sign * other.scaled(scale)?)?;
        Some(Self { digits, scale })
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        Some(Self {
            digits: self.digits.checked_mul(other.digits)?,
            scale: self.scale + other.scale,
        })
    }

    pub(super) fn absolute(self) -> Self {
        Self {
            digits: self.digits.abs(),
            ..self
        }
    }

    /// The nearest floating point number.
    pub(super) fn float(self) -> Option<f64> {
        format!("{}e-{}", self.digits, self.scale).parse().ok()
    }
}

fn power(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}
