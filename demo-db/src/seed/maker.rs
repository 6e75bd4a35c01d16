//! Makes the fields of one column: row number in, field out.

use super::pool::Pool;
use super::random::Stream;
use super::recipe::Pick;
use super::wire::{NULL, Value, Wire, put};

/// Makes the fields of one column.
#[derive(Clone, Debug)]
pub(super) struct Maker {
    pub(super) wire: Wire,
    pub(super) stream: Stream,
    pub(super) pick: Pick,
    /// The share of NULLs, and the stream that decides.
    pub(super) nulls: Option<(f64, Stream)>,
    pub(super) domain: Domain,
    /// How many values the domain has.
    pub(super) count: u64,
}

/// The values, numbered.
#[derive(Clone, Debug)]
pub(super) enum Domain {
    Sequence {
        start: i64,
        step: i64,
    },
    Integers {
        from: i64,
        count: u64,
    },
    Money {
        from: i64,
        scale: u8,
        count: u64,
    },
    Text {
        prefix: Vec<u8>,
        digits: usize,
        radix: u8,
    },
    Days {
        from: i32,
        count: u64,
    },
    /// Seconds, as microseconds from the first.
    Moments {
        from: i64,
        count: u64,
    },
    Seconds(u64),
    Uuid,
    Boolean(f64),
    Json {
        width: usize,
    },
    Bytes {
        length: usize,
    },
    Pool(Pool),
    /// The value of another column in an earlier row; the number is that of the first row.
    Earlier(Box<Maker>, u64),
    Null,
}

impl Maker {
    /// Appends the field of a row; false where the column's type cannot hold it. `scratch` saves memory from being asked for again and again.
    pub(super) fn put(&self, row: u64, out: &mut Vec<u8>, scratch: &mut Vec<u8>) -> bool {
        if self
            .nulls
            .is_some_and(|(share, stream)| stream.chance(row, share))
        {
            out.extend_from_slice(&NULL);
            return true;
        }
        if self.count == 0 {
            out.extend_from_slice(&NULL);
            return true;
        }
        let number = match self.pick {
            Pick::Random => self.stream.below(row, self.count),
            Pick::InTurn { every } => row / every % self.count,
        };
        if let Domain::Earlier(other, first) = &self.domain {
            let before = row.saturating_sub(*first);
            let earlier = if before == 0 {
                row
            } else {
                first + self.stream.below(row, before)
            };
            return other.put(earlier, out, scratch);
        }
        scratch.clear();
        match self.value(number, row, scratch) {
            Some(value) => put(out, self.wire, value),
            None => {
                out.extend_from_slice(&NULL);
                true
            }
        }
    }

    /// Whether the column's type can hold the first and the last of the values.
    pub(super) fn holds_ends(&self) -> bool {
        let (mut out, mut scratch) = (Vec::new(), Vec::new());
        [0, self.count.saturating_sub(1)].into_iter().all(|number| {
            scratch.clear();
            let value = self.value(number, 0, &mut scratch);
            value.is_none_or(|value| put(&mut out, self.wire, value))
        })
    }

    /// The value with that number, texts in `scratch`.
    fn value<'a>(&'a self, number: u64, row: u64, scratch: &'a mut Vec<u8>) -> Option<Value<'a>> {
        let offset = number.cast_signed();
        Some(match &self.domain {
            Domain::Sequence { start, step } => {
                Value::Int(start.wrapping_add(step.wrapping_mul(offset)))
            }
            Domain::Integers { from, .. } => Value::Int(from.wrapping_add(offset)),
            Domain::Money { from, scale, .. } => Value::Decimal(from.wrapping_add(offset), *scale),
            Domain::Text {
                prefix,
                digits,
                radix,
            } => {
                scratch.extend_from_slice(prefix);
                padded(scratch, *digits, *radix, number);
                Value::Text(scratch)
            }
            Domain::Days { from, .. } => {
                Value::Day(from.wrapping_add(i32::try_from(number).unwrap_or(i32::MAX)))
            }
            Domain::Moments { from, .. } => {
                Value::Moment(from.wrapping_add(offset.wrapping_mul(1_000_000)))
            }
            Domain::Seconds(_) => Value::Span(offset.wrapping_mul(1_000_000)),
            Domain::Uuid => Value::Uuid(self.uuid(number, row)),
            Domain::Boolean(yes) => Value::Bool(match self.pick {
                Pick::Random => self.stream.chance(row, *yes),
                Pick::InTurn { .. } => number == 1,
            }),
            Domain::Json { width } => {
                scratch.extend_from_slice(format!("{{\"n\": {number}, \"text\": \"").as_bytes());
                scratch.resize(scratch.len() + width, b'x');
                scratch.extend_from_slice(b"\"}");
                Value::Json(scratch)
            }
            Domain::Bytes { length } => {
                scratch.resize(*length, 0);
                self.stream.bytes(row, scratch);
                if self.pick != Pick::Random {
                    let number = number.to_be_bytes();
                    let kept = number.len().min(*length);
                    scratch[..kept].copy_from_slice(&number[number.len() - kept..]);
                }
                Value::Bytes(scratch)
            }
            Domain::Pool(pool) => Value::Encoded(pool.get(number)?),
            Domain::Earlier(..) | Domain::Null => return None,
        })
    }

    /// A random one (RFC 9562, version 4); in turn, its last 62 bits are the number's own.
    fn uuid(&self, number: u64, row: u64) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.stream.bytes(row, &mut bytes);
        if self.pick != Pick::Random {
            // An odd factor gives each number below 2^62 a tail of its own.
            let tail = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) & (u64::MAX >> 2);
            bytes[8..].copy_from_slice(&tail.to_be_bytes());
        }
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        bytes
    }
}

impl Domain {
    /// How many different values there are.
    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Integers { count, .. }
            | Self::Money { count, .. }
            | Self::Days { count, .. }
            | Self::Moments { count, .. }
            | Self::Seconds(count) => *count,
            Self::Text { digits, radix, .. } => {
                u64::from(*radix).saturating_pow(u32::try_from(*digits).unwrap_or(u32::MAX))
            }
            Self::Boolean(_) => 2,
            Self::Bytes { length } => {
                256_u64.saturating_pow(u32::try_from(*length).unwrap_or(u32::MAX))
            }
            Self::Pool(pool) => pool.len(),
            Self::Sequence { .. } | Self::Json { .. } | Self::Earlier(..) => {
                i64::MAX.cast_unsigned()
            }
            Self::Uuid => 1 << 62,
            Self::Null => 0,
        }
    }
}

/// Appends the number with that many digits, zeros first.
fn padded(out: &mut Vec<u8>, digits: usize, radix: u8, mut number: u64) {
    let start = out.len();
    out.resize(start + digits, b'0');
    for place in out[start..].iter_mut().rev() {
        if number == 0 {
            break;
        }
        let digit = u8::try_from(number % u64::from(radix)).unwrap_or(0);
        *place = if digit < 10 {
            b'0' + digit
        } else {
            b'a' + digit - 10
        };
        number /= u64::from(radix);
    }
}
