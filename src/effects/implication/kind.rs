//! Types, as far as they decide which operator compares two values, and which side is cast for it.
//!
//! Source: PostgreSQL documentation, "Operator Type Resolution"; `pg_operator` and `pg_cast`.

use crate::ir::TypeName;
use crate::schema::Catalog;

/// What a value is stored as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    /// `int2`, `int4` and `int8`: one operator family, by the bytes they take.
    Int(u8),
    Oid,
    /// `float4` and `float8`, by the bytes they take.
    Float(u8),
    Numeric,
    /// `text`, and `varchar`, which is only a label on it.
    Text,
    Varchar,
    Bpchar,
    Date,
    Timestamp,
    Timestamptz,
    Time,
    Interval,
    Uuid,
    Enum(String),
    /// Any other: its values are told apart by how they are written.
    Other(String),
}

/// A type with its modifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) kind: Kind,
    pub(super) modifiers: Vec<String>,
}

impl From<Kind> for Type {
    fn from(kind: Kind) -> Self {
        Self {
            kind,
            modifiers: Vec::new(),
        }
    }
}

impl Type {
    /// The type of this name; a domain is what it is made over.
    pub(super) fn named(catalog: &Catalog, name: &TypeName) -> Self {
        let base = catalog.domain(name).map(|domain| &domain.ty);
        let name = base.unwrap_or(name);
        let kind = match name.name.name.as_str() {
            other if name.array => Kind::Other(format!("{other}[]")),
            "bool" => Kind::Bool,
            "int2" | "smallserial" => Kind::Int(2),
            "int4" | "serial" => Kind::Int(4),
            "int8" | "bigserial" => Kind::Int(8),
            "oid" | "regclass" => Kind::Oid,
            "float4" => Kind::Float(4),
            "float8" => Kind::Float(8),
            "numeric" => Kind::Numeric,
            "text" => Kind::Text,
            "varchar" => Kind::Varchar,
            "bpchar" => Kind::Bpchar,
            "date" => Kind::Date,
            "timestamp" => Kind::Timestamp,
            "timestamptz" => Kind::Timestamptz,
            "time" => Kind::Time,
            "interval" => Kind::Interval,
            "uuid" => Kind::Uuid,
            other if catalog.labels(&name.name).is_some() => Kind::Enum(other.to_owned()),
            other => Kind::Other(other.to_owned()),
        };
        Self {
            kind,
            modifiers: name.modifiers.clone(),
        }
    }

    /// Whether its values are ordered by a collation.
    pub(super) const fn is_collatable(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Varchar | Kind::Bpchar)
    }
}

impl Kind {
    /// Whether operators of one btree family compare the two as they are.
    pub(super) fn is_comparable_with(&self, other: &Self) -> bool {
        let moment = |kind: &Self| matches!(kind, Self::Date | Self::Timestamp | Self::Timestamptz);
        match (self, other) {
            (Self::Int(_), Self::Int(_))
            | (Self::Float(_), Self::Float(_))
            | (Self::Text | Self::Varchar, Self::Text | Self::Varchar) => true,
            (a, b) => a == b || moment(a) && moment(b),
        }
    }

    /// What a value of this type is cast to before it is compared with one of `other`; itself where it is not. `None`: that is not known.
    #[expect(clippy::match_same_arms, reason = "each pair has its own reason")]
    pub(super) fn beside(&self, other: &Self) -> Option<Self> {
        if self.is_comparable_with(other) {
            return Some(self.clone());
        }
        match (self, other) {
            // `float8` is preferred where both are numbers; a `float4` has operators for it.
            (Self::Float(_), Self::Int(_) | Self::Numeric) => Some(self.clone()),
            (Self::Int(_) | Self::Numeric, Self::Float(_)) => Some(Self::Float(8)),
            (Self::Int(_) | Self::Numeric, Self::Int(_) | Self::Numeric) => Some(Self::Numeric),
            (Self::Bpchar, Self::Text | Self::Varchar) => Some(Self::Text),
            (Self::Text | Self::Varchar, Self::Bpchar) => Some(self.clone()),
            (Self::Oid, Self::Int(_)) => Some(Self::Oid),
            (Self::Int(_), Self::Oid) => Some(Self::Oid),
            _ => None,
        }
    }
}
