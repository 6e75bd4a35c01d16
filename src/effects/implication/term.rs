//! What an expression computes.

use super::kind::Type;
use super::value::Value;

/// What is computed; two that are equal give the same value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Term {
    Constant(Value),
    Column(String),
    /// With another collation than the column's (`RelabelType`).
    Collated(Box<Self>, String),
    Cast(Box<Self>, Type),
    /// A function or an operator.
    Call(String, Vec<Self>),
}

/// A term and its type.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) term: Term,
    /// `None`: a string or NULL of which the other side of an operator says what it means.
    pub(super) ty: Option<Type>,
    /// The collation, where it is not the database's.
    pub(super) collation: Option<String>,
    /// Whether COLLATE was written.
    pub(super) explicit: bool,
}

impl Typed {
    pub(super) const fn new(term: Term, ty: Option<Type>) -> Self {
        Self {
            term,
            ty,
            collation: None,
            explicit: false,
        }
    }

    pub(super) const fn constant(&self) -> Option<&Value> {
        match &self.term {
            Term::Constant(value) => Some(value),
            _ => None,
        }
    }
}

impl Term {
    /// Without the collation that it is given.
    pub(super) fn bare(&self) -> &Self {
        match self {
            Self::Collated(inner, _) => inner,
            other => other,
        }
    }
}
