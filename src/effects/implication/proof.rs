//! Whether conditions that hold of every row imply another.
//!
//! Source: `predicate_implied_by` in `src/backend/optimizer/util/predtest.c`.

use super::clause::Clause;

/// What is said of a condition, where it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holding {
    /// That it is true, as WHERE says of the rows it finds.
    True,
    /// That it is not false, as CHECK says of every row.
    NotFalse,
}

/// Whether `predicate` holds wherever all of `known` do.
pub(super) fn implies(known: &[Clause], predicate: &Clause, holding: Holding) -> bool {
    match known {
        [] => false,
        [one] => implied(one, predicate, holding),
        several => implied(&Clause::And(several.to_vec()), predicate, holding),
    }
}

/// What a proof does with a clause.
enum Class<'a> {
    And(&'a [Clause]),
    Or(&'a [Clause]),
    Atom,
}

fn class(clause: &Clause) -> Class<'_> {
    match clause {
        Clause::And(parts)
        | Clause::List {
            any: false,
            elements: parts,
        } => Class::And(parts),
        Clause::Or(parts)
        | Clause::List {
            any: true,
            elements: parts,
        } => Class::Or(parts),
        _ => Class::Atom,
    }
}

/// `predicate_implied_by_recurse`.
fn implied(clause: &Clause, predicate: &Clause, holding: Holding) -> bool {
    let by_clause = |part: &Clause| implied(clause, part, holding);
    let of_predicate = |part: &Clause| implied(part, predicate, holding);
    match (class(clause), class(predicate)) {
        (Class::Or(arms), Class::Or(parts)) => arms
            .iter()
            .all(|arm| parts.iter().any(|part| implied(arm, part, holding))),
        (Class::Or(arms), _) => arms.iter().all(of_predicate),
        (_, Class::And(parts)) => parts.iter().all(by_clause),
        (Class::And(known), Class::Or(parts)) => {
            parts.iter().any(by_clause) || known.iter().any(of_predicate)
        }
        (Class::And(known), Class::Atom) => known.iter().any(of_predicate),
        (Class::Atom, Class::Or(parts)) => parts.iter().any(by_clause),
        (Class::Atom, Class::Atom) => simple(clause, predicate, holding),
    }
}

/// `predicate_implied_by_simple_clause`.
fn simple(clause: &Clause, predicate: &Clause, holding: Holding) -> bool {
    if clause.is_same(predicate) {
        return true;
    }
    match (clause, predicate) {
        (Clause::Compare(known), Clause::Compare(wanted)) => wanted.is_implied_by(known),
        // Its operators are strict: what is true of NULL is none of them.
        (Clause::Compare(known), Clause::IsNotNull(term)) => {
            holding == Holding::True && known.term.bare() == term
        }
        _ => false,
    }
}
