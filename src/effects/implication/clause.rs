//! Conditions as the planner's proofs take them: AND and OR over atoms, NOT pushed down, constants gone.
//!
//! Source: `eval_const_expressions` in `src/backend/optimizer/util/clauses.c`; `negate_clause` and `canonicalize_qual` in
//! `src/backend/optimizer/prep/prepqual.c`.

use super::compare::Compare;
use super::term::Term;

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Clause {
    /// `None` is NULL.
    Constant(Option<bool>),
    And(Vec<Self>),
    Or(Vec<Self>),
    /// `ANY` or `ALL` of an array: a proof sees its elements, no simplification does.
    List {
        any: bool,
        elements: Vec<Self>,
    },
    Compare(Compare),
    IsNull(Term),
    IsNotNull(Term),
    /// A term that is true, or its opposite.
    Holds(Term),
    Fails(Term),
    /// Nothing is known of it.
    Opaque,
}

impl Clause {
    pub(super) fn all(clauses: Vec<Self>) -> Self {
        Self::joined(clauses, false)
    }

    pub(super) fn any(clauses: Vec<Self>) -> Self {
        Self::joined(clauses, true)
    }

    /// AND or OR, flat; constants that decide it, or do nothing, are gone.
    fn joined(clauses: Vec<Self>, or: bool) -> Self {
        let mut parts = Vec::new();
        let mut unknown = false;
        for clause in clauses {
            match clause {
                Self::Constant(Some(value)) if value == or => return Self::Constant(Some(or)),
                Self::Constant(Some(_)) => {}
                Self::Constant(None) => unknown = true,
                Self::Or(inner) if or => parts.extend(inner),
                Self::And(inner) if !or => parts.extend(inner),
                other => parts.push(other),
            }
        }
        if unknown {
            parts.push(Self::Constant(None));
        }
        match parts.len() {
            0 => Self::Constant(Some(!or)),
            1 => parts.remove(0),
            _ if or => Self::Or(parts),
            _ => Self::And(parts),
        }
    }

    pub(super) fn negated(self) -> Self {
        let each = |clauses: Vec<Self>| clauses.into_iter().map(Self::negated).collect();
        match self {
            Self::Constant(value) => Self::Constant(value.map(|value| !value)),
            Self::And(clauses) => Self::any(each(clauses)),
            Self::Or(clauses) => Self::all(each(clauses)),
            Self::List { any, elements } => Self::List {
                any: !any,
                elements: each(elements),
            },
            Self::Compare(compare) => Self::Compare(compare.negated()),
            Self::IsNull(term) => Self::IsNotNull(term),
            Self::IsNotNull(term) => Self::IsNull(term),
            Self::Holds(term) => Self::Fails(term),
            Self::Fails(term) => Self::Holds(term),
            Self::Opaque => Self::Opaque,
        }
    }

    /// As a CHECK is canonical: NULL passes, and what all arms of an OR demand is demanded once.
    pub(super) fn canonical(self) -> Self {
        match self {
            Self::Or(clauses) => {
                let clauses: Vec<Self> = clauses.into_iter().map(Self::canonical).collect();
                if clauses.contains(&Self::Constant(None)) {
                    return Self::Constant(Some(true));
                }
                match Self::any(clauses) {
                    Self::Or(arms) => factored(&arms),
                    other => other,
                }
            }
            Self::And(clauses) => {
                let passes = |clause: &Self| *clause == Self::Constant(None);
                let clauses = clauses.into_iter().map(Self::canonical);
                Self::all(clauses.filter(|clause| !passes(clause)).collect())
            }
            other => other,
        }
    }

    /// The conditions of an AND, or the one that it is.
    pub(super) fn conjuncts(&self) -> &[Self] {
        match self {
            Self::And(clauses) => clauses,
            one => std::slice::from_ref(one),
        }
    }

    /// Whether two conditions are the same; nothing is the same as what is not known.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.is_known() && self == other
    }

    fn is_known(&self) -> bool {
        match self {
            Self::And(clauses)
            | Self::Or(clauses)
            | Self::List {
                elements: clauses, ..
            } => clauses.iter().all(Self::is_known),
            other => *other != Self::Opaque,
        }
    }
}

/// `(A AND B) OR (A AND C)` as `A AND (B OR C)` (`process_duplicate_ors`).
fn factored(arms: &[Clause]) -> Clause {
    let shortest = arms.iter().min_by_key(|arm| arm.conjuncts().len());
    let within = |arm: &Clause, one: &Clause| arm.conjuncts().iter().any(|own| own.is_same(one));
    let mut common: Vec<Clause> = Vec::new();
    for one in shortest.into_iter().flat_map(Clause::conjuncts) {
        let fresh = !common.iter().any(|known| known.is_same(one));
        if fresh && arms.iter().all(|arm| within(arm, one)) {
            common.push(one.clone());
        }
    }
    if common.is_empty() {
        return Clause::Or(arms.to_vec());
    }
    let rest = |arm: &Clause| {
        let rest = arm.conjuncts().iter();
        let rest = rest.filter(|one| !common.iter().any(|known| known.is_same(one)));
        rest.cloned().collect::<Vec<_>>()
    };
    let rests: Vec<Vec<Clause>> = arms.iter().map(rest).collect();
    // An arm that demands nothing more makes the others needless.
    if rests.iter().all(|rest| !rest.is_empty()) {
        let rests = rests.into_iter().map(Clause::all);
        common.push(Clause::any(rests.collect()));
    }
    Clause::all(common)
}
