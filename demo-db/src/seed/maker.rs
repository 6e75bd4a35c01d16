//! A recipe made ready for a column's type: row number in, field out.

use super::catalog::{Column, Table, literal, quoted};
use super::plan::Part;
use super::pool::Pool;
use super::random::Stream;
use super::recipe::{Bytes, Choice, ForeignKey, Pick, Recipe, SelfReference, Text, Values};
use super::wire::{NULL, Value, Wire, put};
use crate::{Error, Session};

/// How many values are asked of the server, where rows pick from them at random.
const POOL: u64 = 1_000;
/// How many of a parent's keys are used, where rows pick from them at random.
const KEYS: u64 = 100_000;
const DAY: i64 = 86_400;

/// Makes the fields of one column.
#[derive(Clone, Debug)]
pub(super) struct Maker {
    wire: Wire,
    stream: Stream,
    pick: Pick,
    /// The share of NULLs, and the stream that decides.
    nulls: Option<(f64, Stream)>,
    domain: Domain,
    /// How many values the domain has.
    count: u64,
}

/// The values, numbered.
#[derive(Clone, Debug)]
enum Domain {
    Sequence { start: i64, step: i64 },
    Integers { from: i64, count: u64 },
    Money { from: i64, scale: u8, count: u64 },
    Text { prefix: Vec<u8>, digits: usize, radix: u8 },
    Days { from: i32, count: u64 },
    /// Seconds, as microseconds from the first.
    Moments { from: i64, count: u64 },
    Seconds(u64),
    Uuid,
    Boolean(f64),
    Json { width: usize },
    Bytes { length: usize },
    Pool(Pool),
    /// The value of another column in an earlier row; the number is that of the first row.
    Earlier(Box<Maker>, u64),
    Null,
}

impl Maker {
    /// Appends the field of a row; false where the column's type cannot hold it. `scratch` saves memory from being asked for again and again.
    pub(super) fn put(&self, row: u64, out: &mut Vec<u8>, scratch: &mut Vec<u8>) -> bool {
        if self.nulls.is_some_and(|(share, stream)| stream.chance(row, share)) {
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
            let earlier = if before == 0 { row } else { first + self.stream.below(row, before) };
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

    /// The value with that number, texts in `scratch`.
    fn value<'a>(&'a self, number: u64, row: u64, scratch: &'a mut Vec<u8>) -> Option<Value<'a>> {
        let offset = number.cast_signed();
        Some(match &self.domain {
            Domain::Sequence { start, step } => Value::Int(start.wrapping_add(step.wrapping_mul(offset))),
            Domain::Integers { from, .. } => Value::Int(from.wrapping_add(offset)),
            Domain::Money { from, scale, .. } => Value::Decimal(from.wrapping_add(offset), *scale),
            Domain::Text { prefix, digits, radix } => {
                scratch.extend_from_slice(prefix);
                padded(scratch, *digits, *radix, number);
                Value::Text(scratch)
            }
            Domain::Days { from, .. } => Value::Day(from.wrapping_add(i32::try_from(number).unwrap_or(i32::MAX))),
            Domain::Moments { from, .. } => Value::Moment(from.wrapping_add(offset.wrapping_mul(1_000_000))),
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
    fn count(&self) -> u64 {
        match self {
            Self::Integers { count, .. } | Self::Money { count, .. } | Self::Days { count, .. } | Self::Moments { count, .. } | Self::Seconds(count) => *count,
            Self::Text { digits, radix, .. } => u64::from(*radix).saturating_pow(u32::try_from(*digits).unwrap_or(u32::MAX)),
            Self::Boolean(_) => 2,
            Self::Bytes { length } => 256_u64.saturating_pow(u32::try_from(*length).unwrap_or(u32::MAX)),
            Self::Pool(pool) => pool.len(),
            Self::Sequence { .. } | Self::Json { .. } | Self::Earlier(..) => i64::MAX.cast_unsigned(),
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
        *place = if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
        number /= u64::from(radix);
    }
}

/// What a maker is made for.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) table: &'a Table,
    pub(super) part: &'a Part,
    pub(super) seed: u64,
}

impl Place<'_> {
    /// The maker of a column, tried on its first and its last values.
    pub(super) fn maker(self, session: &mut Session, column: &Column) -> Result<Maker, Error> {
        let Some(recipe) = self.part.columns.get(&column.name) else {
            return Err(Error::column(&self.table.name, &column.name, "has no recipe"));
        };
        let maker = self.untried(session, column, recipe)?;
        let last = maker.count.saturating_sub(1);
        let (mut out, mut scratch) = (Vec::new(), Vec::new());
        let mut fits = |row| maker.put(row, &mut out, &mut scratch);
        if !(fits(self.part.first) && fits(self.part.first + self.part.rows.saturating_sub(1))) {
            let message = format!("{} cannot fill the type {}", recipe.values.name(), column.type_text);
            return Err(Error::column(&self.table.name, &column.name, &message));
        }
        let mut text = Vec::new();
        let ends = [0, last].map(|number| maker.value(number, 0, &mut text).is_none_or(|value| put(&mut out, maker.wire, value)));
        drop(text);
        if matches!(maker.pick, Pick::Random) && ends.contains(&false) {
            let message = format!("{} hold what the type {} does not", recipe.values.name(), column.type_text);
            return Err(Error::column(&self.table.name, &column.name, &message));
        }
        Ok(maker)
    }

    fn untried(self, session: &mut Session, column: &Column, recipe: &Recipe) -> Result<Maker, Error> {
        let domain = self.domain(session, column, recipe)?;
        // Columns that belong together pick by the same stream, else each by its own.
        let name = match &recipe.values {
            Values::Choice(Choice { together: Some(name), .. }) => name,
            Values::ForeignKey(ForeignKey { together: Some(key), .. }) => &key.constraint,
            _ => &column.name,
        };
        let stream = |purpose| Stream::new(self.seed, &[&self.table.name, name, purpose]);
        Ok(Maker {
            wire: Wire::of(&column.base.name),
            stream: stream("value"),
            pick: recipe.pick,
            nulls: (recipe.nulls > 0.0).then(|| (recipe.nulls, stream("null"))),
            count: domain.count(),
            domain,
        })
    }

    fn domain(self, session: &mut Session, column: &Column, recipe: &Recipe) -> Result<Domain, Error> {
        let fault = |message: &str| Error::column(&self.table.name, &column.name, message);
        let numbers = |from: i64, to: i64| {
            let count = to.checked_sub(from).and_then(|span| u64::try_from(span).ok()?.checked_add(1));
            count.ok_or_else(|| fault("has a range whose end comes before its start, or that is too wide"))
        };
        Ok(match &recipe.values {
            Values::Sequence(sequence) => Domain::Sequence { start: sequence.start, step: sequence.step },
            Values::Integers(range) => Domain::Integers { from: range.from, count: numbers(range.from, range.to)? },
            Values::Money(money) => {
                let (from, to) = (unscaled(money.from, money.scale), unscaled(money.to, money.scale));
                Domain::Money { from, scale: money.scale, count: numbers(from, to)? }
            }
            Values::Text(text) => text_domain(text, column).map_err(|message| fault(&message))?,
            Values::Timestamps(range) => {
                let (from, to) = (moment(session, &range.from)?, moment(session, &range.to)?);
                let date = Wire::of(&column.base.name) == Wire::Date;
                let unit = if date { DAY } else { 1 };
                let count = numbers(from.div_euclid(unit), to.div_euclid(unit) - 1)?;
                if date {
                    Domain::Days { from: i32::try_from(from.div_euclid(DAY)).unwrap_or(0), count }
                } else {
                    Domain::Moments { from: from.saturating_mul(1_000_000), count }
                }
            }
            Values::Intervals(length) => Domain::Seconds(length.seconds),
            Values::Uuid(_) => Domain::Uuid,
            Values::Boolean(boolean) => Domain::Boolean(boolean.yes),
            Values::Json(json) => Domain::Json { width: json.width },
            Values::Bytes(Bytes { length }) => Domain::Bytes { length: *length },
            Values::Choice(choice) => Domain::Pool(Pool::read(session, &choices(choice, column))?),
            Values::Sql(expression) => Domain::Pool(Pool::read(session, &self.series(expression, column, recipe.pick))?),
            Values::ForeignKey(key) => self.keys(session, key, column, recipe.pick)?,
            Values::SelfReference(SelfReference { column: name }) => self.earlier(session, column, name)?,
            Values::Null => Domain::Null,
        })
    }

    /// The server makes as many values as there are rows where they have to differ.
    fn series(self, expression: &str, column: &Column, pick: Pick) -> String {
        let (first, count) = match pick {
            Pick::Random => (0, POOL.min(self.part.rows)),
            Pick::InTurn { every } => (self.part.first, self.part.rows / every + 1),
        };
        format!("SELECT ({expression})::{} FROM generate_series({}, {}) AS i", column.type_text, first + 1, first + count.max(1))
    }

    fn keys(self, session: &mut Session, key: &ForeignKey, column: &Column, pick: Pick) -> Result<Domain, Error> {
        let count = if pick == Pick::Random { KEYS } else { self.part.rows };
        let own = vec![key.column.clone()];
        let order = key.together.as_ref().map_or(&own, |together| &together.order);
        let pool = Pool::read(session, &format!(
            "SELECT {}::{} FROM {} WHERE ({order}) IS NOT NULL ORDER BY {order} LIMIT {count}",
            quoted(&key.column), column.type_text, key.table, order = super::catalog::listed(order),
        ))?;
        if pool.len() == 0 && column.not_null {
            let message = format!("must point at a row of {}, which has none: fill that table first", key.table);
            return Err(Error::column(&self.table.name, &column.name, &message));
        }
        Ok(Domain::Pool(pool))
    }

    fn earlier(self, session: &mut Session, column: &Column, name: &str) -> Result<Domain, Error> {
        let fault = |message: &str| Error::column(&self.table.name, &column.name, message);
        let (Some(other), Some(recipe)) = (self.table.column(name), self.part.columns.get(name)) else {
            return Err(fault(&format!("refers to {name}, which no rows are made for")));
        };
        if matches!(recipe.values, Values::SelfReference(_)) {
            return Err(fault(&format!("refers to {name}, which refers to another column in turn")));
        }
        let other = self.untried(session, other, recipe)?;
        Ok(Domain::Earlier(Box::new(other), self.part.first))
    }
}

/// A number without its point.
#[expect(clippy::cast_possible_truncation, reason = "what is too large becomes the largest")]
fn unscaled(number: f64, scale: u8) -> i64 {
    (number * 10_f64.powi(i32::from(scale))).round() as i64
}

fn text_domain(text: &Text, column: &Column) -> Result<Domain, String> {
    let Some(digits) = text.width.checked_sub(text.prefix.chars().count()) else {
        return Err(format!("has the prefix {:?}, which is wider than {}", text.prefix, text.width));
    };
    if let Some(most) = column.base.length().filter(|most| *most < text.width) {
        return Err(format!("holds {most} characters, not {}", text.width));
    }
    if !matches!(text.radix, 2..=36) {
        return Err(format!("has the radix {}: 2 to 36", text.radix));
    }
    Ok(Domain::Text { prefix: text.prefix.clone().into_bytes(), digits, radix: text.radix })
}

fn choices(choice: &Choice, column: &Column) -> String {
    let values: Vec<String> = choice.values.iter().map(|value| value.as_deref().map_or_else(|| "NULL".to_owned(), literal)).collect();
    format!(
        "SELECT v::{} FROM unnest(ARRAY[{}]::text[]) WITH ORDINALITY AS listed (v, number) ORDER BY number",
        column.type_text, values.join(", ")
    )
}

/// Seconds since 2000-01-01; the server reads the words.
fn moment(session: &mut Session, words: &str) -> Result<i64, Error> {
    let query = format!("SELECT floor(extract(epoch FROM {}::timestamp - '2000-01-01'))::bigint", literal(words));
    let rows = session.rows(&query)?;
    let text = rows.into_iter().flatten().flatten().next();
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or_default())
}
