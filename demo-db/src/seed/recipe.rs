//! What fills one column: a set of values with an order, how a row picks from it, and how often it is NULL instead.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The recipes of a table's columns, by name: `[columns.order_number]` in TOML.
pub type Columns = BTreeMap<String, Spec>;

/// What a person says of one column: values, of which at most one kind may be given, and what is to differ from their default.
///
/// A spec without values changes only the rest of what was derived from the catalog.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Spec {
    pub values: Option<Values>,
    /// The share of rows that are NULL, 0 to 1.
    pub nulls: Option<f64>,
    /// Whether the values are taken one after the other, else at random.
    pub in_turn: Option<bool>,
}

/// The values that a column may take, numbered from 0.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// `sequence = { start = 1, step = 1 }`
    Sequence(Sequence),
    /// `integers = { from = 1, to = 1000 }`, both included.
    Integers(Integers),
    /// `money = { from = 0.01, to = 999.99, scale = 2 }`, both included; for `numeric`, `real` and `double precision`.
    Money(Money),
    /// `text = { prefix = "ORD-", width = 20 }`: the prefix and a number with leading zeros.
    Text(Text),
    /// `choice = ["new", "paid"]`: any type, as the server reads the text.
    Choice(Choice),
    /// `foreign_key = { table = "customers", column = "id" }`: keys that are there.
    ForeignKey(ForeignKey),
    /// `self_reference = { column = "id" }`: that column's value in an earlier row, for the first row its own.
    SelfReference(SelfReference),
    /// `timestamps = { from = "2023-01-01", to = "2025-01-01" }`, by seconds, the end left out; for `date` too, then by days.
    Timestamps(Timestamps),
    /// `intervals = { seconds = 86400 }`: whole seconds below that; for `time` too.
    Intervals(Intervals),
    /// `uuid = {}`
    Uuid(Empty),
    /// `boolean = { yes = 0.5 }`
    Boolean(Boolean),
    /// `json = { width = 20 }`: `{"n": 17, "text": "xxx"}`, the text that wide.
    Json(Json),
    /// `bytes = { length = 16 }`
    Bytes(Bytes),
    /// `sql = "'10.0.0.0'::inet + i"`: what the server makes of the expression for i = 1, 2, ...
    Sql(String),
    /// Nothing but NULL.
    Null,
}

macro_rules! settings {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty = $default:expr),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type),* }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default),* }
            }
        }
    )*};
}

settings! {
    /// `start`, `start + step`, ...
    Sequence { start: i64 = 1, step: i64 = 1 }
    /// Whole numbers between two, both included.
    Integers { from: i64 = 1, to: i64 = 1_000 }
    /// Decimal numbers between two, both included, with that many digits after the point.
    Money { from: f64 = 0.01, to: f64 = 999.99, scale: u8 = 2 }
    /// A prefix and a number, filled up with zeros to the width, in characters. Radix 36 uses digits and lower-case letters.
    Text { prefix: String = String::new(), width: usize = 20, radix: u8 = 10 }
    /// Moments from the one (in words that PostgreSQL knows) up to before the other.
    Timestamps { from: String = "2023-01-01".to_owned(), to: String = "2025-01-01".to_owned() }
    /// Lengths of time from 0, in whole seconds below `seconds`.
    Intervals { seconds: u64 = 86_400 }
    /// Truth, at a rate from 0 to 1.
    Boolean { yes: f64 = 0.5 }
    /// A document with a number and a text of a width, in characters.
    Json { width: usize = 20 }
    /// Random bytes, that many.
    Bytes { length: usize = 16 }
    /// No settings.
    Empty {}
}

/// Values by their text; those with the same `together` are picked by the same number in every row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    pub values: Vec<Option<String>>,
    pub together: Option<String>,
}

/// A column of another table; those with the same `together` (a constraint's name) point at the same row.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignKey {
    pub table: String,
    pub column: String,
    #[serde(skip)]
    pub together: Option<Together>,
}

/// A foreign key of several columns: its name, and the parent's columns in the order that numbers its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    pub constraint: String,
    pub order: Vec<String>,
}

/// A column of the same table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfReference {
    pub column: String,
}

/// How a row picks from the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    Random,
    /// Row r takes value r / every, and begins again at the end.
    InTurn {
        every: u64,
    },
}

/// A column's recipe, complete.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    pub values: Values,
    pub nulls: f64,
    pub pick: Pick,
}

impl From<Values> for Recipe {
    fn from(values: Values) -> Self {
        let pick = values.usual_pick();
        Self {
            values,
            nulls: 0.0,
            pick,
        }
    }
}

impl Values {
    /// Numbers and texts count the rows; everything else is mixed.
    fn usual_pick(&self) -> Pick {
        match self {
            Self::Sequence(_) | Self::Text(_) => Pick::InTurn { every: 1 },
            _ => Pick::Random,
        }
    }

    /// What a message calls them.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sequence(_) => "sequence",
            Self::Integers(_) => "integers",
            Self::Money(_) => "money",
            Self::Text(_) => "text",
            Self::Choice(_) => "choice",
            Self::ForeignKey(_) => "foreign_key",
            Self::SelfReference(_) => "self_reference",
            Self::Timestamps(_) => "timestamps",
            Self::Intervals(_) => "intervals",
            Self::Uuid(_) => "uuid",
            Self::Boolean(_) => "boolean",
            Self::Json(_) => "json",
            Self::Bytes(_) => "bytes",
            Self::Sql(_) => "sql",
            Self::Null => "null",
        }
    }
}

impl Spec {
    /// The spec, laid over what was derived for the column.
    #[must_use]
    pub fn over(&self, derived: Option<&Recipe>) -> Option<Recipe> {
        let base = self.values.clone().map(Recipe::from);
        let mut recipe = base.or_else(|| derived.cloned())?;
        if let Some(nulls) = self.nulls {
            recipe.nulls = nulls;
        }
        match self.in_turn {
            Some(true) => recipe.pick = Pick::InTurn { every: 1 },
            Some(false) => recipe.pick = Pick::Random,
            None => {}
        }
        Some(recipe)
    }
}

/// The spec as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    nulls: Option<f64>,
    in_turn: Option<bool>,
    sequence: Option<Sequence>,
    integers: Option<Integers>,
    money: Option<Money>,
    text: Option<Text>,
    choice: Option<Vec<Scalar>>,
    foreign_key: Option<ForeignKey>,
    self_reference: Option<SelfReference>,
    timestamps: Option<Timestamps>,
    intervals: Option<Intervals>,
    uuid: Option<Empty>,
    boolean: Option<Boolean>,
    json: Option<Json>,
    bytes: Option<Bytes>,
    sql: Option<String>,
    null: Option<Empty>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
}

impl Scalar {
    fn text(self) -> String {
        match self {
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Text(value) => value,
        }
    }
}

fn choice(values: Vec<Scalar>) -> Values {
    Values::Choice(Choice {
        values: values.into_iter().map(|value| Some(value.text())).collect(),
        together: None,
    })
}

impl TryFrom<Written> for Spec {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let given = [
            written.sequence.map(Values::Sequence),
            written.integers.map(Values::Integers),
            written.money.map(Values::Money),
            written.text.map(Values::Text),
            written.choice.map(choice),
            written.foreign_key.map(Values::ForeignKey),
            written.self_reference.map(Values::SelfReference),
            written.timestamps.map(Values::Timestamps),
            written.intervals.map(Values::Intervals),
            written.uuid.map(Values::Uuid),
            written.boolean.map(Values::Boolean),
            written.json.map(Values::Json),
            written.bytes.map(Values::Bytes),
            written.sql.map(Values::Sql),
            written.null.map(|Empty {}| Values::Null),
        ];
        let mut given = given.into_iter().flatten();
        let values = given.next();
        if let (Some(first), Some(second)) = (&values, given.next()) {
            let names = (first.name(), second.name());
            return Err(format!(
                "both {} and {} are given: a column has one kind of values",
                names.0, names.1
            ));
        }
        if let Some(rate) = written.nulls.filter(|rate| !(0.0..=1.0).contains(rate)) {
            return Err(format!("nulls = {rate} is no share of rows: 0 to 1"));
        }
        Ok(Self {
            values,
            nulls: written.nulls,
            in_turn: written.in_turn,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Spec, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())
    }

    #[test]
    fn a_recipe_is_read() {
        let spec = read("text = { prefix = \"ORD-\", width = 20 }\nnulls = 0.5").expect("a recipe");
        let text = Text {
            prefix: "ORD-".to_owned(),
            width: 20,
            radix: 10,
        };
        assert_eq!(spec.values, Some(Values::Text(text)));
        let recipe = spec.over(None).expect("values");
        assert_eq!(
            (recipe.nulls, recipe.pick),
            (0.5, Pick::InTurn { every: 1 })
        );
        let mixed = read("choice = [\"a\", 1, true, 0.5]").expect("a recipe");
        let texts = ["a", "1", "true", "0.5"]
            .map(|text| Some(text.to_owned()))
            .to_vec();
        assert_eq!(
            mixed.values,
            Some(Values::Choice(Choice {
                values: texts,
                together: None
            }))
        );
    }

    #[test]
    fn without_values_only_the_rest_changes() {
        let derived = Recipe::from(Values::Uuid(Empty {}));
        let recipe = read("nulls = 0.1")
            .expect("a recipe")
            .over(Some(&derived))
            .expect("values");
        assert_eq!(
            recipe,
            Recipe {
                nulls: 0.1,
                ..derived
            }
        );
        assert_eq!(read("").expect("a recipe").over(None), None);
    }

    #[test]
    fn mistakes_are_told() {
        for (text, message) in [
            (
                "uuid = {}\nsequence = {}",
                "both sequence and uuid are given: a column has one kind of values",
            ),
            ("nulls = 1.5", "nulls = 1.5 is no share of rows: 0 to 1"),
            ("nuls = 0.5", "unknown field `nuls`"),
            ("text = { widht = 3 }", "unknown field `widht`"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(message), "{error}");
        }
    }
}
