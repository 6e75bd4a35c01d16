//! What CHECK constraints prove about the bound of a partition, so that its rows are not read.
//!
//! Source: `PartConstraintImpliedByRelConstraint` in `src/backend/commands/tablecmds.c`, `check_default_partition_contents` in
//! `src/backend/partitioning/partbounds.c`.

use crate::ir::{ColumnRef, ConstraintKind, Expr, ExprNode, PartitionBound};
use crate::schema::Relation;

/// A comparison of a column with a constant: `(column, operator, constant)`, `is not null` without a constant.
pub(super) type Fact<'a> = (&'a str, &'a str, &'a str);

/// Whether the constraints of `relation` show that all its rows lie within the bound, NULL ruled out.
pub(super) fn proves(
    relation: &Relation,
    key: Option<&str>,
    bound: Option<&PartitionBound>,
) -> bool {
    let Some(key) = key else {
        return false;
    };
    let facts = facts(relation, key);
    let holds = |test: &dyn Fn(&str, &str) -> bool| {
        let mut facts = facts.iter();
        facts.any(|(_, operator, value)| test(operator, value))
    };
    let within = match bound {
        Some(PartitionBound::Range { from, to }) => {
            let ([from], [to]) = (from.as_slice(), to.as_slice()) else {
                return false;
            };
            let above = |operator: &str, value: &str| {
                matches!(operator, ">=" | ">" | "=") && at_least(value, &from.text)
            };
            let below = |operator: &str, value: &str| match operator {
                "<" => at_least(&to.text, value),
                "<=" | "=" => at_least(&to.text, value) && to.text.trim() != value,
                _ => false,
            };
            (is_word(&from.text, "minvalue") || holds(&above))
                && (is_word(&to.text, "maxvalue") || holds(&below))
        }
        Some(PartitionBound::In(list)) => {
            let listed = |value: &&str| list.iter().any(|one| same(&one.text, value));
            let mut choices = choices(relation, key).into_iter();
            choices.any(|values| values.iter().all(listed))
        }
        _ => false,
    };
    within && holds(&|operator, _| operator == "is not null")
}

/// Whether the constraints of the DEFAULT partition rule out every row of another one.
pub(super) fn excludes(
    relation: &Relation,
    key: Option<&str>,
    bound: Option<&PartitionBound>,
) -> bool {
    let Some(key) = key else {
        return false;
    };
    let facts = facts(relation, key);
    match bound {
        Some(PartitionBound::Range { from, to }) => {
            let ([from], [to]) = (from.as_slice(), to.as_slice()) else {
                return false;
            };
            let known = facts
                .iter()
                .any(|(_, operator, _)| *operator == "is not null");
            known
                && facts.iter().any(|(_, operator, value)| match *operator {
                    ">=" | ">" => at_least(value, &to.text),
                    "<" => at_least(&from.text, value),
                    _ => false,
                })
        }
        Some(PartitionBound::In(list)) => {
            let choices = choices(relation, key);
            list.iter().all(|one| {
                let denied = |fact: &Fact<'_>| fact.1 == "<>" && same(fact.2, &one.text);
                let other = |values: &Vec<&str>| values.iter().all(|v| !same(v, &one.text));
                facts.iter().any(denied) || choices.iter().any(other)
            })
        }
        _ => false,
    }
}

/// What validated CHECK constraints hold of a column, each true of every row.
fn facts<'a>(relation: &'a Relation, key: &str) -> Vec<Fact<'a>> {
    let mut facts = Vec::new();
    for check in checks(relation) {
        collect(&check.node, &|_| true, &mut facts);
    }
    for column in relation.columns.iter().filter(|column| column.not_null) {
        facts.push((column.name.as_str(), "is not null", ""));
    }
    facts.retain(|(column, ..)| *column == key);
    facts
}

fn checks(relation: &Relation) -> impl Iterator<Item = &Expr> {
    let valid = relation.constraints.iter().filter(|check| check.valid);
    valid.filter_map(|constraint| match &constraint.kind {
        ConstraintKind::Check(expr) => Some(expr),
        _ => None,
    })
}

/// The comparisons of columns that `own` takes that are true wherever `node` is.
pub(super) fn collect<'a>(
    node: &'a ExprNode,
    own: &impl Fn(&ColumnRef) -> bool,
    facts: &mut Vec<Fact<'a>>,
) {
    match node {
        ExprNode::And(all) => all.iter().for_each(|node| collect(node, own, facts)),
        ExprNode::IsNotNull(inner) => {
            if let ExprNode::Column(column) = &**inner
                && own(column)
            {
                facts.push((&column.name, "is not null", ""));
            }
        }
        ExprNode::Binary { .. } => facts.extend(comparison(node, own)),
        _ => {}
    }
}

/// `column operator constant`, whichever side the column stands on.
fn comparison<'a>(node: &'a ExprNode, own: &impl Fn(&ColumnRef) -> bool) -> Option<Fact<'a>> {
    let ExprNode::Binary {
        operator,
        left,
        right,
    } = node
    else {
        return None;
    };
    match (side(left), side(right)) {
        (ExprNode::Column(column), ExprNode::Constant(value)) if own(column) => {
            Some((&column.name, operator, value))
        }
        (ExprNode::Constant(value), ExprNode::Column(column)) if own(column) => {
            let turned = match operator.as_str() {
                "<" => ">",
                ">" => "<",
                "<=" => ">=",
                ">=" => "<=",
                other => other,
            };
            Some((&column.name, turned, value))
        }
        _ => None,
    }
}

/// Without the casts that a dump writes: of any constant, and of a column that is read as text.
fn side(node: &ExprNode) -> &ExprNode {
    match node {
        ExprNode::Cast { expr, ty } => match &**expr {
            constant @ ExprNode::Constant(_) => constant,
            column @ ExprNode::Column(_) if ty.name.name == "text" => column,
            _ => node,
        },
        _ => node,
    }
}

/// The lists of values of which a column has one.
fn choices<'a>(relation: &'a Relation, key: &str) -> Vec<Vec<&'a str>> {
    let all = checks(relation).flat_map(|check| choices_in(&check.node, &|_| true));
    let about = all.filter(|(column, _)| *column == key);
    about.map(|(_, values)| values).collect()
}

/// A column, and the values of which it has one: by `= a`, `IN (a, b)`, `= a OR = b`.
pub(super) type Choice<'a> = (&'a str, Vec<&'a str>);

/// The choices that hold wherever `node` does.
pub(super) fn choices_in<'a>(
    node: &'a ExprNode,
    own: &impl Fn(&ColumnRef) -> bool,
) -> Vec<Choice<'a>> {
    let mut found = Vec::new();
    let mut next = vec![node];
    while let Some(node) = next.pop() {
        let any = match node {
            ExprNode::And(all) => {
                next.extend(all);
                continue;
            }
            ExprNode::Or(any) => any.iter().collect(),
            one => vec![one],
        };
        let equal = any.iter().map(|node| match comparison(node, own) {
            Some((column, "=", value)) => Some((column, value)),
            _ => None,
        });
        let Some(equal) = equal.collect::<Option<Vec<_>>>() else {
            continue;
        };
        if let Some((column, _)) = equal.first()
            && equal.iter().all(|(other, _)| other == column)
        {
            found.push((*column, equal.iter().map(|(_, value)| *value).collect()));
        }
    }
    found
}

/// Whether a bound is written as this word.
pub(super) fn is_word(text: &str, word: &str) -> bool {
    text.trim().eq_ignore_ascii_case(word)
}

/// Whether two constants are the same: numbers by value, all others by text.
fn same(a: &str, b: &str) -> bool {
    let (a, b) = (bare(a), bare(b));
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b).is_eq(),
        _ => a == b,
    }
}

fn bare(constant: &str) -> &str {
    constant.trim().trim_matches('\'')
}

/// Whether constant `a` is `b` or more: numbers by value, ISO dates and times by text.
fn at_least(a: &str, b: &str) -> bool {
    let (a, b) = (bare(a), bare(b));
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a >= b,
        (Err(_), Err(_)) => {
            let iso = |text: &str| text.len() >= 10 && text.as_bytes()[4] == b'-';
            iso(a) && iso(b) && a >= b || a == b
        }
        _ => false,
    }
}
