//! Database functions: what Django writes for each of its classes.
//!
//! Source: `django/db/models/functions`, `django/contrib/postgres`.

use super::expression::{Compiled, Compiler};
use super::names::quote;
use crate::django::facts::DjangoVersion;
use crate::django::fields::{Field, Kind};
use crate::django::value::{Call, Value};

/// Functions that give text.
const TEXT: &[&str] = &[
    "Chr", "Concat", "Left", "Lower", "LPad", "LTrim", "MD5", "Repeat", "Replace", "Reverse",
    "Right", "RPad", "RTrim", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "Substr", "Trim",
    "Upper",
];

type Result<T> = std::result::Result<T, String>;

impl<'c> Compiler<'c, '_> {
    /// `ExtractYear("day")`, `TruncMonth("ts")`
    ///
    /// Source: `django/db/models/functions/datetime.py`, `date_extract_sql` and `date_trunc_sql` of the PostgreSQL backend.
    pub(super) fn part_of_time(&self, call: &Call) -> Result<String> {
        let unknown = || format!("the function {} is not known", call.callee);
        let inner = match call.args.first().ok_or("an empty expression")? {
            Value::Str(name) => self.path(&name.text)?,
            other => self.compile(other)?,
        };
        let class = inner.field.map_or("", |field| field.kind.class());
        let sql = super::lookup::in_zone(&inner.sql, class, self.facts);
        let plain_part = |name: &str| {
            let part = name.to_ascii_uppercase();
            let known = [
                "YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND",
            ];
            known.contains(&part.as_str()).then_some(part)
        };
        let class = call.class();
        if let Some(part) = class.strip_prefix("Extract") {
            let part = plain_part(part).ok_or_else(unknown)?;
            return Ok(format!("EXTRACT({part} FROM {sql})"));
        }
        match class {
            "TruncDate" => Ok(format!("({sql})::date")),
            "TruncTime" => Ok(format!("({sql})::time")),
            _ => {
                let part = class.strip_prefix("Trunc").and_then(plain_part);
                let part = part.ok_or_else(unknown)?.to_ascii_lowercase();
                Ok(format!("DATE_TRUNC('{part}', {sql})"))
            }
        }
    }

    /// `Concat`: pairs of pairs, from the left.
    ///
    /// Source: `ConcatPair` in `django/db/models/functions/text.py`.
    pub(super) fn concat(&self, parts: &[Value]) -> Result<String> {
        let Some((last, before)) = parts.split_last() else {
            return Err("an empty Concat".to_owned());
        };
        let by_function = self.facts.django < DjangoVersion(5, 0);
        let one = |part: &Value| -> Result<String> {
            let sql = self.argument(part)?;
            Ok(match (by_function, self.is_text(part)) {
                (true, _) => format!("({sql})::text"),
                (false, true) => format!("COALESCE({sql}, '')"),
                (false, false) => format!("COALESCE(({sql})::text, '')"),
            })
        };
        if before.is_empty() {
            return self.argument(last);
        }
        let last_pair = before.len() - 1;
        let mut sql = one(last)?;
        for (at, part) in before.iter().enumerate().rev() {
            let (left, inner) = (one(part)?, at != last_pair);
            sql = match (by_function, inner) {
                (true, false) => format!("CONCAT({left}, {sql})"),
                (true, true) => format!("CONCAT({left}, ({sql})::text)"),
                (false, false) => format!("({left} || {sql})"),
                (false, true) => format!("({left} || COALESCE({sql}, ''))"),
            };
        }
        Ok(sql)
    }

    /// Whether an expression is text anyway.
    fn is_text(&self, part: &Value) -> bool {
        let of_field = |name: &str| {
            let kind = self
                .path(name)
                .ok()
                .and_then(|found| Some(found.field?.kind));
            matches!(kind, Some(Kind::Varchar(..) | Kind::Plain("TextField", _)))
        };
        match part {
            Value::Str(name) => of_field(&name.text),
            Value::Call(call) => match (call.class(), call.args.first()) {
                ("F", Some(Value::Str(name))) => of_field(&name.text),
                ("Value", Some(value)) => {
                    call.keyword("output_field").is_none() && value.as_str().is_some()
                }
                (class, _) => TEXT.contains(&class),
            },
            _ => false,
        }
    }

    /// An expression with something said of it: its operator class, its collation, its type.
    pub(super) fn annotated(&self, call: &Call) -> Result<String> {
        let first = call.args.first();
        match call.class() {
            "OpClass" => {
                let name = call.args.get(1).or_else(|| call.keyword("name"));
                let name = name
                    .and_then(Value::as_str)
                    .ok_or("an operator class that is not known")?;
                let inner = first.or_else(|| call.keyword("expression"));
                let inner = self.argument(inner.ok_or("an empty expression")?)?;
                Ok(format!("{inner} {name}"))
            }
            "Collate" => {
                let name = call.args.get(1).or_else(|| call.keyword("collation"));
                let name = name
                    .and_then(Value::as_str)
                    .ok_or("a collation that is not known")?;
                let inner = self.argument(first.ok_or("an empty expression")?)?;
                Ok(format!("{inner} COLLATE {}", quote(name)))
            }
            _ => {
                let output = call.args.get(1).or_else(|| call.keyword("output_field"));
                let field = Field::read(
                    "cast",
                    output.ok_or("a cast that is not known")?,
                    &self.model.key,
                    self.facts,
                );
                let params = self.state.params(&self.model.key, &field, self.facts);
                let column_type = params.column_type.ok_or("a cast that is not known")?;
                let inner = self.argument(first.ok_or("an empty cast")?)?;
                Ok(format!("({inner})::{column_type}"))
            }
        }
    }

    pub(super) fn function(&self, call: &Call) -> Result<String> {
        let class = call.class();
        let (name, template) = if class == "Func" {
            let name = call.keyword("function").and_then(Value::as_str);
            (
                name.unwrap_or_default().to_owned(),
                call.keyword("template").and_then(Value::as_str),
            )
        } else {
            let known = FUNCTIONS.iter().find(|(known, _)| *known == class);
            let known = known.filter(|_| call.callee.starts_with("django."));
            let known = known.map(|(_, name)| (*name).to_owned());
            let own = || self.own_function(&call.callee);
            let name = known.or_else(own);
            (
                name.ok_or_else(|| format!("the function {} is not known", call.callee))?,
                None,
            )
        };
        if let "Now" | "TransactionNow" | "RandomUUID" | "Random" = class {
            return Ok(format!("{name}()").replace("CURRENT_TIMESTAMP()", "CURRENT_TIMESTAMP"));
        }
        let mut parts = Vec::new();
        for (at, argument) in call.args.iter().enumerate() {
            // Numbers and texts after the first are values in these.
            let as_value = at > 0
                && matches!(
                    class,
                    "Substr" | "Left" | "Right" | "Round" | "Repeat" | "LPad" | "RPad" | "Replace"
                );
            parts.push(match argument {
                Value::Str(_) if !as_value => self.argument(argument)?,
                other => self.expression(other)?,
            });
        }
        if class == "Round" && parts.len() == 1 {
            parts.push("0".to_owned());
        }
        let joiner = call
            .keyword("arg_joiner")
            .and_then(Value::as_str)
            .unwrap_or(", ");
        let arguments = parts.join(joiner);
        Ok(match template {
            Some(template) => template
                .replace("%(function)s", &name)
                .replace("%(expressions)s", &arguments),
            None => format!("{name}({arguments})"),
        })
    }

    /// The name that a project's own Func class gives.
    fn own_function(&self, path: &str) -> Option<String> {
        let value = self.facts.world.class_attribute(path, "function")?;
        value.as_str().map(str::to_owned)
    }

    pub(super) fn case(&self, call: &Call) -> Result<Compiled<'c>> {
        let mut sql = String::from("CASE");
        for when in &call.args {
            let Value::Call(when) = when else {
                return Err("a When that is not known".to_owned());
            };
            let then = when.keyword("then").or_else(|| when.args.get(1));
            let then = then.ok_or("a When without then")?;
            let mut query = when.as_ref().clone();
            "django.db.models.Q".clone_into(&mut query.callee);
            query.kwargs.retain(|(name, _)| name != "then");
            query.args.truncate(1);
            let condition = self.condition(&Value::Call(Box::new(query)))?;
            sql.push_str(&format!(
                " WHEN {condition} THEN {}",
                self.expression(then)?
            ));
        }
        let default = call.keyword("default").unwrap_or(&Value::None);
        sql.push_str(&format!(" ELSE {} END", self.expression(default)?));
        Ok(Compiled { sql, field: None })
    }

    /// `to_tsvector('config', COALESCE(...))`, weighted.
    pub(super) fn search_vector(&self, call: &Call) -> Result<Compiled<'c>> {
        let parts: Result<Vec<String>> = call
            .args
            .iter()
            .map(|part| {
                let part = match part {
                    Value::Str(name) => self.path(&name.text)?,
                    other => self.compile(other)?,
                };
                let is_text = |field: &Field| {
                    let class = field.kind.class();
                    matches!(field.kind, Kind::Varchar(..)) || class == "TextField"
                };
                let sql = match part.field {
                    Some(field) if !is_text(field) => format!("({})::text", part.sql),
                    _ => part.sql,
                };
                Ok(format!("COALESCE({sql}, '')"))
            })
            .collect();
        let joined = parts?.join(" || ' ' || ");
        let config = call.keyword("config").and_then(Value::as_str);
        let mut sql = match config {
            Some(config) => format!("to_tsvector('{config}'::regconfig, {joined})"),
            None => format!("to_tsvector({joined})"),
        };
        if let Some(weight) = call.keyword("weight").and_then(Value::as_str) {
            sql = format!("setweight({sql}, '{weight}')");
        }
        Ok(Compiled { sql, field: None })
    }
}

/// Functions of Django by the name that PostgreSQL knows them by.
const FUNCTIONS: &[(&str, &str)] = &[
    ("Abs", "ABS"),
    ("Ceil", "CEILING"),
    ("Chr", "CHR"),
    ("Coalesce", "COALESCE"),
    ("Exp", "EXP"),
    ("Floor", "FLOOR"),
    ("Greatest", "GREATEST"),
    ("LPad", "LPAD"),
    ("LTrim", "LTRIM"),
    ("Least", "LEAST"),
    ("Left", "LEFT"),
    ("Length", "LENGTH"),
    ("Ln", "LN"),
    ("Lower", "LOWER"),
    ("MD5", "MD5"),
    ("Mod", "MOD"),
    ("Now", "STATEMENT_TIMESTAMP"),
    ("NullIf", "NULLIF"),
    ("Ord", "ASCII"),
    ("Pi", "PI"),
    ("Power", "POWER"),
    ("RPad", "RPAD"),
    ("RTrim", "RTRIM"),
    ("Random", "RANDOM"),
    ("RandomUUID", "GEN_RANDOM_UUID"),
    ("Repeat", "REPEAT"),
    ("Replace", "REPLACE"),
    ("Reverse", "REVERSE"),
    ("Right", "RIGHT"),
    ("Round", "ROUND"),
    ("Sign", "SIGN"),
    ("Sqrt", "SQRT"),
    ("Substr", "SUBSTRING"),
    ("TransactionNow", "CURRENT_TIMESTAMP"),
    ("Trim", "BTRIM"),
    ("Upper", "UPPER"),
];
