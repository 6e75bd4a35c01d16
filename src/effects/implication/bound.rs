//! What the bound of a partition demands of its rows.
//!
//! Source: `get_qual_for_list`, `get_qual_for_range` and `get_qual_for_hash` in `src/backend/partitioning/partbounds.c`.

use super::clause::Clause;
use super::compare::{Compare, Family, Strategy, order};
use super::condition::truth_value;
use super::kind::{Kind, Type};
use super::scope::Scope;
use super::term::{Term, Typed};
use super::value::Value;
use crate::ir::{Expr, ExprNode, IndexColumn, IndexElement, PartitionBound, Partitioning};
use crate::schema::Relation;
use std::cmp::Ordering;

/// A column or expression by which rows find their partition.
struct Key {
    /// As NULL is looked for.
    bare: Term,
    /// As it is compared, with the key's collation.
    compared: Term,
    ty: Type,
    family: Family,
    collation: Option<String>,
}

/// One bound of a range.
enum Datum {
    Least,
    Greatest,
    Value(Value),
}

/// The conditions of a bound, to be joined by AND; `None`: they cannot be told.
pub(super) fn conditions(
    scope: Scope<'_>,
    parent: &Relation,
    bound: &PartitionBound,
) -> Option<Vec<Clause>> {
    let partitioning = parent.partitioning.as_ref()?;
    let keys = partitioning.keys.iter().map(|key| self::key(scope, key));
    let keys: Vec<Key> = keys.collect::<Option<_>>()?;
    match bound {
        PartitionBound::In(list) => in_list(scope, keys.first()?, list.iter()),
        PartitionBound::Range { from, to } => {
            let mut clauses = not_null(&keys);
            clauses.extend(range(scope, &keys, from, to)?);
            Some(clauses)
        }
        PartitionBound::Hash { modulus, remainder } => {
            let number = |value: u32| Term::Constant(Value::Int(value.into()));
            let parent = Term::Constant(Value::Int(parent.id.0.into()));
            let mut arguments = vec![parent, number(*modulus), number(*remainder)];
            arguments.extend(keys.into_iter().map(|key| key.bare));
            let call = Term::Call("satisfies_hash_partition".to_owned(), arguments);
            Some(vec![Clause::Holds(call)])
        }
        PartitionBound::Default => default(scope, parent, partitioning, &keys),
    }
}

/// The DEFAULT partition holds what no other does; where there is no other, anything.
fn default(
    scope: Scope<'_>,
    parent: &Relation,
    partitioning: &Partitioning,
    keys: &[Key],
) -> Option<Vec<Clause>> {
    let siblings = scope.catalog.children(parent.id);
    let bounds: Vec<&PartitionBound> = siblings.filter_map(|one| one.bound.as_ref()).collect();
    let mut listed: Vec<&Expr> = Vec::new();
    let mut ranges = Vec::new();
    for bound in bounds {
        match bound {
            PartitionBound::In(list) => listed.extend(list),
            PartitionBound::Range { from, to } => {
                let arm = range(scope, keys, from, to)?;
                ranges.push(if arm.is_empty() {
                    Clause::all(not_null(keys))
                } else {
                    Clause::all(arm)
                });
            }
            _ => {}
        }
    }
    let held = match partitioning.strategy {
        _ if listed.is_empty() && ranges.is_empty() => return Some(Vec::new()),
        crate::ir::PartitionStrategy::List => in_list(scope, keys.first()?, listed.into_iter())?,
        _ => {
            let mut held = not_null(keys);
            held.push(Clause::any(ranges));
            held
        }
    };
    Some(vec![Clause::all(held).negated()])
}

fn key(scope: Scope<'_>, element: &IndexElement) -> Option<Key> {
    let typed = match &element.column {
        IndexColumn::Column(name) => {
            scope.read(&ExprNode::Column(crate::ir::ColumnRef::bare(name.clone())))
        }
        IndexColumn::Expression(expr) => scope.read(&expr.node),
    }?;
    let family = match &element.operator_class {
        Some(class) if class.name.ends_with("_pattern_ops") => Family::Pattern,
        Some(class) if !is_default(&class.name) => return None,
        _ => Family::Default,
    };
    let written = element.collation.as_ref().map(|name| name.name.clone());
    let collation = written.map_or_else(|| typed.collation.clone(), Some);
    let collation = collation.filter(|name| name != "default");
    let compared = if collation == typed.collation {
        typed.term.clone()
    } else {
        let name = collation.as_deref().unwrap_or("default");
        Term::Collated(Box::new(typed.term.clone()), name.to_owned())
    };
    Some(Key {
        bare: typed.term,
        compared,
        ty: typed.ty?,
        family,
        collation,
    })
}

/// Whether an operator class is of the family that `<` of a type is of.
fn is_default(class: &str) -> bool {
    crate::postgres::types::is_default_operator_class(class)
}

fn not_null(keys: &[Key]) -> Vec<Clause> {
    let bare = keys.iter().map(|key| key.bare.clone());
    bare.map(Clause::IsNotNull).collect()
}

impl Key {
    fn compare(&self, strategy: Strategy, value: &Value) -> Compare {
        Compare {
            term: self.compared.clone(),
            strategy,
            family: self.family,
            value: value.clone(),
            collation: self.collation.clone(),
        }
    }

    fn clause(&self, strategy: Strategy, value: &Value) -> Clause {
        truth_value(self.compare(strategy, value))
    }

    /// A value of a bound, made one of the key's type.
    fn value(&self, scope: Scope<'_>, expr: &Expr) -> Option<Value> {
        let read = scope.read(&expr.node)?;
        let unknown = matches!(self.ty.kind, Kind::Other(_)) && read.ty.is_some();
        let typed: Typed = if unknown {
            read
        } else {
            scope.coerced(read, &self.ty)?
        };
        typed.constant().cloned()
    }
}

fn in_list<'a>(
    scope: Scope<'_>,
    key: &Key,
    list: impl Iterator<Item = &'a Expr>,
) -> Option<Vec<Clause>> {
    let values: Vec<Value> = list
        .map(|one| key.value(scope, one))
        .collect::<Option<_>>()?;
    let (nulls, values): (Vec<Value>, Vec<Value>) =
        values.into_iter().partition(|value| *value == Value::Null);
    let held = match &values[..] {
        [] => None,
        [one] => Some(key.clause(Strategy::Equal, one)),
        several => {
            let each = several
                .iter()
                .map(|value| key.compare(Strategy::Equal, value));
            Some(Clause::List {
                any: true,
                elements: each.map(Clause::Compare).collect(),
            })
        }
    };
    let bare = key.bare.clone();
    Some(if nulls.is_empty() {
        std::iter::once(Clause::IsNotNull(bare))
            .chain(held)
            .collect()
    } else {
        let null = Clause::IsNull(bare);
        vec![Clause::any(std::iter::once(null).chain(held).collect())]
    })
}

fn range(scope: Scope<'_>, keys: &[Key], from: &[Expr], to: &[Expr]) -> Option<Vec<Clause>> {
    if from.len() != keys.len() || to.len() != keys.len() {
        return None;
    }
    let lower = data(scope, keys, from)?;
    let upper = data(scope, keys, to)?;
    let mut clauses = Vec::new();
    let mut same = 0;
    for ((key, lower), upper) in keys.iter().zip(&lower).zip(&upper) {
        let (Datum::Value(lower), Datum::Value(upper)) = (lower, upper) else {
            break;
        };
        if lower.compare(upper, order(key.family, key.collation.as_deref()))? != Ordering::Equal {
            break;
        }
        clauses.push(key.clause(Strategy::Equal, lower));
        same += 1;
    }
    let rest = &keys[same..];
    clauses.extend(arms(rest, &lower[same..], true));
    clauses.extend(arms(rest, &upper[same..], false));
    Some(clauses)
}

fn data(scope: Scope<'_>, keys: &[Key], written: &[Expr]) -> Option<Vec<Datum>> {
    let data = keys.iter().zip(written).map(|(key, expr)| {
        Some(if expr.node.is_column("minvalue") {
            Datum::Least
        } else if expr.node.is_column("maxvalue") {
            Datum::Greatest
        } else {
            Datum::Value(key.value(scope, expr)?)
        })
    });
    data.collect()
}

/// `(a > 1) OR (a = 1 AND b >= 10)`: a row lies above a lower bound, or below an upper one, by one column more each time.
fn arms(keys: &[Key], bound: &[Datum], lower: bool) -> Option<Clause> {
    let mut arms = Vec::new();
    for last in 0..keys.len() {
        let Datum::Value(value) = &bound[last] else {
            break;
        };
        let next = bound.get(last + 1);
        let strategy = match (lower, next) {
            (true, None | Some(Datum::Least)) => Strategy::GreaterEqual,
            (true, _) => Strategy::Greater,
            (false, Some(Datum::Greatest)) => Strategy::LessEqual,
            (false, _) => Strategy::Less,
        };
        let before = keys[..last]
            .iter()
            .zip(bound)
            .filter_map(|(key, datum)| match datum {
                Datum::Value(value) => Some(key.clause(Strategy::Equal, value)),
                _ => None,
            });
        let mut arm: Vec<Clause> = before.collect();
        arm.push(keys[last].clause(strategy, value));
        arms.push(Clause::all(arm));
        if !matches!(next, Some(Datum::Value(_))) {
            break;
        }
    }
    (!arms.is_empty()).then(|| Clause::any(arms))
}
