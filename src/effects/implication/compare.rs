//! Comparisons of a term with a constant by an operator of a btree operator family.

use super::term::Term;
use super::value::{Order, Value};
use std::cmp::Ordering;

/// The operators of a btree operator family, and `<>`, which is the negator of its `=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strategy {
    Less,
    LessEqual,
    Equal,
    GreaterEqual,
    Greater,
    NotEqual,
}

/// Which operator family an operator is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// The type's default.
    Default,
    /// `text_pattern_ops` and its like; its `=` is the default's.
    Pattern,
}

/// `term strategy value`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Compare {
    pub(super) term: Term,
    pub(super) strategy: Strategy,
    pub(super) family: Family,
    pub(super) value: Value,
    /// What texts are compared by, where it is not the database's collation.
    pub(super) collation: Option<String>,
}

impl Strategy {
    /// The operator of this name, and its family.
    pub(super) fn named(operator: &str) -> Option<(Self, Family)> {
        let strategy = match operator.trim_matches('~') {
            "<" => Self::Less,
            "<=" => Self::LessEqual,
            "=" => Self::Equal,
            ">=" => Self::GreaterEqual,
            ">" => Self::Greater,
            "<>" | "!=" => Self::NotEqual,
            _ => return None,
        };
        let pattern = operator.starts_with('~') && operator.ends_with('~');
        let family = if pattern {
            Family::Pattern
        } else {
            Family::Default
        };
        (pattern || !operator.contains('~')).then_some((strategy, family))
    }

    /// With its sides changed.
    pub(super) const fn commuted(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessEqual => Self::GreaterEqual,
            Self::GreaterEqual => Self::LessEqual,
            Self::Greater => Self::Less,
            same => same,
        }
    }

    pub(super) const fn negated(self) -> Self {
        match self {
            Self::Less => Self::GreaterEqual,
            Self::LessEqual => Self::Greater,
            Self::Equal => Self::NotEqual,
            Self::GreaterEqual => Self::Less,
            Self::Greater => Self::LessEqual,
            Self::NotEqual => Self::Equal,
        }
    }

    const fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }

    /// Whether it holds between two values.
    pub(super) fn test(self, a: &Value, b: &Value, order: Order) -> Option<bool> {
        if self.is_equality()
            && let (Value::Text(a), Value::Text(b)) | (Value::Label(a, _), Value::Label(b, _)) =
                (a, b)
        {
            return Some((a == b) == (self == Self::Equal));
        }
        let found = a.compare(b, order)?;
        Some(match self {
            Self::Less => found == Ordering::Less,
            Self::LessEqual => found != Ordering::Greater,
            Self::Equal => found == Ordering::Equal,
            Self::GreaterEqual => found != Ordering::Less,
            Self::Greater => found == Ordering::Greater,
            Self::NotEqual => found != Ordering::Equal,
        })
    }

    /// What must hold between the constant of `x self p` and that of `x known c`, so that the latter implies the former.
    ///
    /// Source: `BT_implic_table` in `src/backend/optimizer/util/predtest.c`.
    #[expect(clippy::match_same_arms, reason = "a row of the table is a line")]
    const fn needs(self, known: Self) -> Option<Self> {
        use Strategy::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
        Some(match (known, self) {
            (Less, Less | LessEqual | NotEqual) | (LessEqual, LessEqual) => GreaterEqual,
            (LessEqual, Less | NotEqual) => Greater,
            (Equal, Less) => Greater,
            (Equal, LessEqual) => GreaterEqual,
            (Equal, Equal) | (NotEqual, NotEqual) => Equal,
            (Equal, GreaterEqual) => LessEqual,
            (Equal, Greater) => Less,
            (Equal, NotEqual) => NotEqual,
            (GreaterEqual, GreaterEqual) | (Greater, GreaterEqual | Greater | NotEqual) => {
                LessEqual
            }
            (GreaterEqual, Greater | NotEqual) => Less,
            _ => return None,
        })
    }
}

impl Compare {
    pub(super) fn negated(self) -> Self {
        Self {
            strategy: self.strategy.negated(),
            ..self
        }
    }

    /// Whether `self` is not false wherever `known` is not.
    ///
    /// Source: `operator_predicate_proof` in `src/backend/optimizer/util/predtest.c`, weak implication.
    pub(super) fn is_implied_by(&self, known: &Self) -> bool {
        if self.collation != known.collation || self.term != known.term {
            return false;
        }
        if known.value == Value::Null || self.value == Value::Null {
            return self.value == Value::Null;
        }
        let shared = [Family::Default, Family::Pattern]
            .into_iter()
            .filter(|family| {
                let within =
                    |compare: &Self| compare.strategy.is_equality() || compare.family == *family;
                within(self) && within(known)
            });
        let Some(test) = self.strategy.needs(known.strategy) else {
            return false;
        };
        let mut orders = shared.map(|family| order(family, self.collation.as_deref()));
        orders.any(|order| test.test(&self.value, &known.value, order) == Some(true))
    }
}

/// By what an operator of a family compares texts.
pub(super) fn order(family: Family, collation: Option<&str>) -> Order {
    match (family, collation) {
        (Family::Pattern, _) | (_, Some("C" | "POSIX" | "ucs_basic")) => Order::Bytes,
        _ => Order::Words,
    }
}
