//! What code of a migration does, as the SQL that was read of it: the values that it sends are open, and made up here from rows that are there.

use crate::rule::quote;
use crate::source::Span;
use crate::sql::Printed;
use mig_lint_demo_db::{Error, Session};

/// How many keys are handed over where the code hands over a list.
const KEYS: u64 = 20;

/// What is known of a column: its type, the type's category, whether rows must differ in it, and the column that it points at.
///
/// Categories: documentation of `pg_type`, table "typcategory Codes".
const COLUMN: &str = "SELECT pg_catalog.format_type(a.atttypid, NULL), t.typcategory,
        EXISTS (SELECT FROM pg_catalog.pg_index i
            WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey)),
        k.confrelid::pg_catalog.regclass, p.attname
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_constraint k
        ON k.conrelid = a.attrelid AND k.contype = 'f' AND k.conkey = ARRAY[a.attnum]
    LEFT JOIN pg_catalog.pg_attribute p ON p.attrelid = k.confrelid AND p.attnum = k.confkey[1]
    WHERE a.attrelid = pg_catalog.to_regclass({table}) AND a.attname = {column} AND NOT a.attisdropped
    LIMIT 1";

/// The statement with a value in each open place; where it makes a row for each of many, it makes as many as `rows`.
pub(super) fn closed(session: &mut Session, sql: &str, rows: u64) -> Result<String, Error> {
    let printed = Printed::new(sql, Span::new(0, sql.len()));
    let tokens: Vec<&str> = printed.tokens().collect();
    let mut reader = Reader::new(&tokens);
    let is_open_whole = tokens.ends_with(&["DEFAULT", "VALUES"]);
    if !is_open_whole && !tokens.iter().any(|token| is_open(token)) {
        return Ok(sql.to_owned());
    }
    let mut text = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match reader.place(at) {
            None => text.push((*token).to_owned()),
            Some(Place::Condition) => text.push("true".to_owned()),
            Some(Place::Count) => text.push(rows.to_string()),
            Some(Place::Unknown) => text.push("NULL".to_owned()),
            Some(Place::Of(column, way)) => {
                let values = Values {
                    table: reader.table(),
                    column: quote(&name(column)),
                    way,
                };
                text.push(values.value(session, column)?);
            }
        }
    }
    if reader.inserts && text.len() == tokens.len() {
        return reader.completed(session, text);
    }
    Ok(text.join(" "))
}

/// The columns of a table that must be given a value: those that have no default and may not be NULL.
const REQUIRED: &str = "SELECT a.attname FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = pg_catalog.to_regclass({table}) AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' ORDER BY a.attnum";

/// What an open value is for.
enum Place<'t> {
    /// All that a row has to fulfil.
    Condition,
    /// How many rows are made.
    Count,
    /// A value of a column.
    Of(&'t str, Way),
    Unknown,
}

/// What becomes of the value of a column.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// Rows are found by it.
    Finds,
    /// Rows are found by one of many.
    FindsAll,
    /// Rows get it.
    Sets,
    /// A new row gets it, or each of many, whose numbers `generate_series` gives.
    Inserts { many: bool },
}

/// A statement on the rows of one table.
struct Reader<'t> {
    tokens: &'t [&'t str],
    /// Where the name of its table stands.
    table: std::ops::Range<usize>,
    /// The columns that an INSERT names.
    columns: Vec<&'t str>,
    /// How many of its values have come.
    given: usize,
    inserts: bool,
}

impl<'t> Reader<'t> {
    fn new(tokens: &'t [&'t str]) -> Self {
        let is = |at: usize, word: &str| {
            let token = tokens.get(at);
            token.is_some_and(|token| token.eq_ignore_ascii_case(word))
        };
        let before = (0..tokens.len())
            .find(|at| is(*at, "UPDATE") || is(*at, "FROM") || is(*at, "INTO"))
            .unwrap_or(0);
        let start = before + 1 + usize::from(is(before + 1, "ONLY"));
        let mut end = start + 1;
        while is(end, ".") {
            end += 2;
        }
        let mut columns = Vec::new();
        if is(before, "INTO") && is(end, "(") {
            let listed = tokens[end + 1..].iter().take_while(|token| **token != ")");
            columns.extend(listed.filter(|token| **token != ","));
        }
        Self {
            tokens,
            table: start..end.min(tokens.len()),
            columns,
            given: 0,
            inserts: is(before, "INTO"),
        }
    }

    /// The statement with values for the columns that must have one and that the code was not seen to give.
    fn completed(&self, session: &mut Session, mut text: Vec<String>) -> Result<String, Error> {
        let asked = REQUIRED.replace("{table}", &literal(&self.table()));
        let given: Vec<String> = self.columns.iter().map(|column| name(column)).collect();
        let rows = session.rows(&asked)?;
        let missing = rows.into_iter().flatten().flatten();
        let position = |text: &[String], word: &str| {
            text.iter()
                .position(|token| token.eq_ignore_ascii_case(word))
        };
        let many = position(&text, "generate_series").is_some();
        for column in missing.filter(|column| !given.contains(column)) {
            let values = Values {
                table: self.table(),
                column: quote(&column),
                way: Way::Inserts { many },
            };
            let value = values.value(session, &quote(&column))?;
            let is_first = text.get(self.table.end).is_none_or(|token| token != "(");
            let comma = if is_first { "" } else { ", " };
            if is_first && position(&text, "DEFAULT").is_some() {
                text.truncate(self.table.end);
                text.extend(["(", ")", "VALUES", "(", ")"].map(str::to_owned));
            } else if is_first {
                text.splice(
                    self.table.end..self.table.end,
                    ["(".to_owned(), ")".to_owned()],
                );
            }
            let listed = self.table.end + 1;
            text.insert(listed, format!("{}{}", quote(&column), comma));
            let values = position(&text, "VALUES").map(|at| at + 2);
            let at = values.or_else(|| position(&text, "SELECT").map(|at| at + 1));
            text.insert(at.unwrap_or(text.len()), format!("{value}{comma}"));
        }
        Ok(text.join(" "))
    }

    fn table(&self) -> String {
        self.tokens
            .get(self.table.clone())
            .unwrap_or_default()
            .concat()
    }

    /// What the value at this token is for, where it is open.
    fn place(&mut self, at: usize) -> Option<Place<'t>> {
        if !is_open(self.tokens[at]) {
            return None;
        }
        let is = |back: usize, word: &str| {
            let token = at.checked_sub(back).and_then(|at| self.tokens.get(at));
            token.is_some_and(|token| token.eq_ignore_ascii_case(word))
        };
        let column = |back: usize| at.checked_sub(back).map(|at| self.tokens[at]);
        let has = |word: &str, tokens: &[&str]| {
            tokens.iter().any(|token| token.eq_ignore_ascii_case(word))
        };
        if is(1, "WHERE") {
            return Some(Place::Condition);
        }
        if is(4, "generate_series") {
            return Some(Place::Count);
        }
        let (before, behind) = self.tokens.split_at(at);
        let found = match (is(1, "="), is(1, "(") && is(2, "ANY") && is(3, "=")) {
            (true, _) if has("SET", before) && !has("WHERE", before) => (column(2), Way::Sets),
            (true, _) => (column(2), Way::Finds),
            (_, true) => (column(4), Way::FindsAll),
            _ => {
                let own = self.columns.get(self.given).copied();
                self.given += 1;
                let many = has("generate_series", behind);
                (own, Way::Inserts { many })
            }
        };
        Some(match found {
            (Some(column), way) => Place::Of(column, way),
            (None, _) => Place::Unknown,
        })
    }
}

/// Whether a value is open there: `$1`.
fn is_open(token: &str) -> bool {
    let number = token.strip_prefix('$').unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// A name as the catalog has it.
fn name(token: &str) -> String {
    match token.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => token.to_lowercase(),
    }
}

/// The values of one column.
struct Values {
    table: String,
    column: String,
    way: Way,
}

impl Values {
    fn value(&self, session: &mut Session, token: &str) -> Result<String, Error> {
        let asked = COLUMN
            .replace("{table}", &literal(&self.table))
            .replace("{column}", &literal(&name(token)));
        let row = session.rows(&asked)?.into_iter().next();
        let mut fields = row.into_iter().flatten();
        let mut next = || fields.next().flatten();
        let (Some(ty), Some(category), differs) = (next(), next(), next()) else {
            return Ok("NULL".to_owned());
        };
        let parent = next().zip(next());
        let differs = differs.as_deref() == Some("t");
        if differs && self.way == Way::Sets {
            return Ok(token.to_owned());
        }
        if let (Way::Inserts { many }, true, None) = (self.way, differs, &parent) {
            return Ok(new_value(&ty, &category, many));
        }
        let sampled = match self.sample(session, &self.table, &self.column)? {
            None => match &parent {
                Some((table, column)) => self.sample(session, table, &quote(column))?,
                None => None,
            },
            found => found,
        };
        let array = if self.way == Way::FindsAll { "[]" } else { "" };
        Ok(match sampled {
            Some(value) => format!("{value}::{ty}{array}"),
            None if self.way == Way::FindsAll => "'{}'".to_owned(),
            None => usual_value(&ty, &category),
        })
    }

    /// A value that is there, or a list of such, as a literal.
    fn sample(
        &self,
        session: &mut Session,
        table: &str,
        column: &str,
    ) -> Result<Option<String>, Error> {
        let values = |most| {
            format!("SELECT {column} AS v FROM {table} WHERE {column} IS NOT NULL LIMIT {most}")
        };
        let asked = if self.way == Way::FindsAll {
            let values = values(KEYS);
            format!("SELECT quote_literal(array_agg(v)::text) FROM ({values}) listed")
        } else {
            format!("SELECT quote_literal(v::text) FROM ({}) listed", values(1))
        };
        let rows = session.rows(&asked)?;
        Ok(rows.into_iter().flatten().flatten().next())
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A value that no row has.
fn new_value(ty: &str, category: &str, many: bool) -> String {
    let number = if many { "generate_series" } else { "0" };
    match category {
        "N" => format!("1000000000 + {number}"),
        "S" => format!("'made up ' || {number}"),
        _ if ty == "uuid" => "gen_random_uuid()".to_owned(),
        _ => usual_value(ty, category),
    }
}

/// A value of a type of which no row has any.
fn usual_value(ty: &str, category: &str) -> String {
    let value = match category {
        "N" => "0",
        "S" => "''",
        "B" => "false",
        "D" => "now()",
        "A" => "'{}'",
        "E" => return format!("(enum_range(NULL::{ty}))[1]"),
        _ if ty == "uuid" => "gen_random_uuid()",
        _ if ty.starts_with("json") => "'{}'",
        _ => "NULL",
    };
    value.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::Failures;

    #[test]
    fn each_open_value_is_known_by_what_it_is_for() {
        let cases = [
            (
                "UPDATE \"T\" SET \"a\" = $2, \"b\" = $2 WHERE \"id\" = ANY ($1)",
                "\"T\": a set, b set, id all",
            ),
            ("UPDATE s.t SET a = $2 WHERE $1", "s.t: a set, true"),
            ("DELETE FROM ONLY t WHERE id = $1", "t: id find"),
            ("SELECT * FROM t WHERE id = $1 FOR UPDATE", "t: id find"),
            ("INSERT INTO t (a, b) VALUES ($1, $2)", "t: a new, b new"),
            (
                "INSERT INTO t (a) SELECT $1 FROM generate_series(1, $2)",
                "t: a each new, rows",
            ),
            (
                "INSERT INTO t SELECT FROM generate_series(1, $1)",
                "t: rows",
            ),
            ("UPDATE t SET a = '$1', b = $$x$$, c = f($3)", "t: ?"),
        ];
        Failures::collect(|failures| {
            for (sql, expected) in cases {
                let printed = Printed::new(sql, Span::new(0, sql.len()));
                let tokens: Vec<&str> = printed.tokens().collect();
                let mut reader = Reader::new(&tokens);
                let places: Vec<String> = (0..tokens.len())
                    .filter_map(|at| reader.place(at))
                    .map(|place| match place {
                        Place::Condition => "true".to_owned(),
                        Place::Count => "rows".to_owned(),
                        Place::Unknown => "?".to_owned(),
                        Place::Of(column, way) => {
                            let way = match way {
                                Way::Finds => "find",
                                Way::FindsAll => "all",
                                Way::Sets => "set",
                                Way::Inserts { many: true } => "each new",
                                Way::Inserts { many: false } => "new",
                            };
                            format!("{} {way}", name(column))
                        }
                    })
                    .collect();
                let seen = format!("{}: {}", reader.table(), places.join(", "));
                failures.equal(sql, &expected.to_owned(), &seen);
            }
        });
    }
}
