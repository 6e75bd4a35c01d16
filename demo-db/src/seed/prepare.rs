//! A recipe made ready for a column: what only the server knows is asked, and the type tried.

use super::catalog::{Column, Table, listed, literal, quoted};
use super::maker::{Domain, Maker};
use super::plan::Part;
use super::pool::Pool;
use super::random::Stream;
use super::recipe::{Bytes, Choice, ForeignKey, Pick, Recipe, SelfReference, Text, Values};
use super::wire::Wire;
use crate::{Error, Session};

/// How many values are asked of the server, where rows pick from them at random.
const POOL: u64 = 1_000;
/// How many of a parent's keys are used, where rows pick from them at random.
const KEYS: u64 = 100_000;
/// In seconds.
const DAY: i64 = 86_400;

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
            return Err(Error::column(
                &self.table.name,
                &column.name,
                "has no recipe",
            ));
        };
        let maker = self.untried(session, column, recipe)?;
        let (mut out, mut scratch) = (Vec::new(), Vec::new());
        let mut fits = |row| maker.put(row, &mut out, &mut scratch);
        if !(fits(self.part.first) && fits(self.part.first + self.part.rows.saturating_sub(1))) {
            let message = format!(
                "{} cannot fill the type {}",
                recipe.values.name(),
                column.type_text
            );
            return Err(Error::column(&self.table.name, &column.name, &message));
        }
        if maker.pick == Pick::Random && !maker.holds_ends() {
            let message = format!(
                "{} hold what the type {} does not",
                recipe.values.name(),
                column.type_text
            );
            return Err(Error::column(&self.table.name, &column.name, &message));
        }
        Ok(maker)
    }

    fn untried(
        self,
        session: &mut Session,
        column: &Column,
        recipe: &Recipe,
    ) -> Result<Maker, Error> {
        let domain = self.domain(session, column, recipe)?;
        // Columns that belong together pick by the same stream, else each by its own.
        let name = match &recipe.values {
            Values::Choice(Choice {
                together: Some(name),
                ..
            }) => name,
            Values::ForeignKey(ForeignKey {
                together: Some(key),
                ..
            }) => &key.constraint,
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

    fn domain(
        self,
        session: &mut Session,
        column: &Column,
        recipe: &Recipe,
    ) -> Result<Domain, Error> {
        let fault = |message: &str| Error::column(&self.table.name, &column.name, message);
        let numbers = |from: i64, to: i64| {
            let count = to
                .checked_sub(from)
                .and_then(|span| u64::try_from(span).ok()?.checked_add(1));
            count.ok_or_else(|| {
                fault("has a range whose end comes before its start, or that is too wide")
            })
        };
        Ok(match &recipe.values {
            Values::Sequence(sequence) => Domain::Sequence {
                start: sequence.start,
                step: sequence.step,
            },
            Values::Integers(range) => Domain::Integers {
                from: range.from,
                count: numbers(range.from, range.to)?,
            },
            Values::Money(money) => {
                let (from, to) = (
                    unscaled(money.from, money.scale),
                    unscaled(money.to, money.scale),
                );
                Domain::Money {
                    from,
                    scale: money.scale,
                    count: numbers(from, to)?,
                }
            }
            Values::Text(text) => text_domain(text, column).map_err(|message| fault(&message))?,
            Values::Timestamps(range) => {
                let (from, to) = (moment(session, &range.from)?, moment(session, &range.to)?);
                let date = Wire::of(&column.base.name) == Wire::Date;
                let unit = if date { DAY } else { 1 };
                let count = numbers(from.div_euclid(unit), to.div_euclid(unit) - 1)?;
                if date {
                    Domain::Days {
                        from: i32::try_from(from.div_euclid(DAY)).unwrap_or(0),
                        count,
                    }
                } else {
                    Domain::Moments {
                        from: from.saturating_mul(1_000_000),
                        count,
                    }
                }
            }
            Values::Intervals(length) => Domain::Seconds(length.seconds),
            Values::Uuid(_) => Domain::Uuid,
            Values::Boolean(boolean) => Domain::Boolean(boolean.yes),
            Values::Json(json) => Domain::Json { width: json.width },
            Values::Bytes(Bytes { length }) => Domain::Bytes { length: *length },
            Values::Choice(choice) => Domain::Pool(Pool::read(session, &choices(choice, column))?),
            Values::Sql(expression) => Domain::Pool(Pool::read(
                session,
                &self.series(expression, column, recipe.pick),
            )?),
            Values::ForeignKey(key) => self.keys(session, key, column, recipe.pick)?,
            Values::SelfReference(SelfReference { column: name }) => {
                self.earlier(session, column, name)?
            }
            Values::Null => Domain::Null,
        })
    }

    /// The server makes as many values as there are rows where they have to differ.
    fn series(self, expression: &str, column: &Column, pick: Pick) -> String {
        let (first, count) = match pick {
            Pick::Random => (0, POOL.min(self.part.rows)),
            Pick::InTurn { every } => (self.part.first, self.part.rows / every + 1),
        };
        format!(
            "SELECT ({expression})::{} FROM generate_series({}, {}) AS i",
            column.type_text,
            first + 1,
            first + count.max(1)
        )
    }

    fn keys(
        self,
        session: &mut Session,
        key: &ForeignKey,
        column: &Column,
        pick: Pick,
    ) -> Result<Domain, Error> {
        let count = if pick == Pick::Random {
            KEYS
        } else {
            self.part.rows
        };
        let own = vec![key.column.clone()];
        let order = key
            .together
            .as_ref()
            .map_or(&own, |together| &together.order);
        let pool = Pool::read(
            session,
            &format!(
                "SELECT {}::{} FROM {} WHERE ({order}) IS NOT NULL ORDER BY {order} LIMIT {count}",
                quoted(&key.column),
                column.type_text,
                key.table,
                order = listed(order),
            ),
        )?;
        if pool.len() == 0 && column.not_null {
            let message = format!(
                "must point at a row of {}, which has none: fill that table first",
                key.table
            );
            return Err(Error::column(&self.table.name, &column.name, &message));
        }
        Ok(Domain::Pool(pool))
    }

    fn earlier(self, session: &mut Session, column: &Column, name: &str) -> Result<Domain, Error> {
        let fault = |message: &str| Error::column(&self.table.name, &column.name, message);
        let (Some(other), Some(recipe)) = (self.table.column(name), self.part.columns.get(name))
        else {
            return Err(fault(&format!(
                "refers to {name}, which no rows are made for"
            )));
        };
        if matches!(recipe.values, Values::SelfReference(_)) {
            return Err(fault(&format!(
                "refers to {name}, which refers to another column in turn"
            )));
        }
        let other = self.untried(session, other, recipe)?;
        Ok(Domain::Earlier(Box::new(other), self.part.first))
    }
}

/// A number without its point.
#[expect(
    clippy::cast_possible_truncation,
    reason = "what is too large becomes the largest"
)]
fn unscaled(number: f64, scale: u8) -> i64 {
    (number * 10_f64.powi(i32::from(scale))).round() as i64
}

fn text_domain(text: &Text, column: &Column) -> Result<Domain, String> {
    let Some(digits) = text.width.checked_sub(text.prefix.chars().count()) else {
        return Err(format!(
            "has the prefix {:?}, which is wider than {}",
            text.prefix, text.width
        ));
    };
    if let Some(most) = column.base.length().filter(|most| *most < text.width) {
        return Err(format!("holds {most} characters, not {}", text.width));
    }
    if !matches!(text.radix, 2..=36) {
        return Err(format!("has the radix {}: 2 to 36", text.radix));
    }
    Ok(Domain::Text {
        prefix: text.prefix.clone().into_bytes(),
        digits,
        radix: text.radix,
    })
}

fn choices(choice: &Choice, column: &Column) -> String {
    let values: Vec<String> = choice
        .values
        .iter()
        .map(|value| value.as_deref().map_or_else(|| "NULL".to_owned(), literal))
        .collect();
    format!(
        "SELECT v::{} FROM unnest(ARRAY[{}]::text[]) WITH ORDINALITY AS listed (v, number) ORDER BY number",
        column.type_text,
        values.join(", ")
    )
}

/// Seconds since 2000-01-01; the server reads the words.
fn moment(session: &mut Session, words: &str) -> Result<i64, Error> {
    let query = format!(
        "SELECT floor(extract(epoch FROM {}::timestamp - '2000-01-01'))::bigint",
        literal(words)
    );
    let rows = session.rows(&query)?;
    let text = rows.into_iter().flatten().flatten().next();
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or_default())
}
