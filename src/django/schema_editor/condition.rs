//! Conditions: Q objects, combined as Django combines them.
//!
//! Source: `Query.build_filter` in `django/db/models/sql/query.py`, `WhereNode.as_sql` in `django/db/models/sql/where.py`.

use super::expression::Compiler;
use super::lookup::{lookup_object, pair};
use crate::django::value::{Call, Value};

type Result<T> = std::result::Result<T, String>;

/// A tree of conditions, squashed as Django squashes it.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Leaf(String),
    Group {
        connector: &'static str,
        negated: bool,
        children: Vec<Node>,
    },
}

impl Node {
    /// Adds a child; one of the same connector, or of a single child, is taken apart.
    pub(super) fn add(&mut self, child: Self) {
        let Self::Group {
            connector,
            children,
            ..
        } = self
        else {
            return;
        };
        match child {
            Self::Group {
                connector: other,
                negated: false,
                children: inner,
            } if other == *connector || inner.len() == 1 => children.extend(inner),
            other => children.push(other),
        }
    }

    fn sql(&self) -> String {
        match self {
            Self::Leaf(sql) => sql.clone(),
            Self::Group {
                connector,
                negated,
                children,
            } => {
                let parts: Vec<String> = children.iter().map(Self::sql).collect();
                let joined = if *connector == "XOR" && parts.len() > 1 {
                    one_of(&parts)
                } else {
                    parts.join(&format!(" {connector} "))
                };
                if *negated {
                    format!("NOT ({joined})")
                } else if parts.len() > 1 {
                    format!("({joined})")
                } else {
                    joined
                }
            }
        }
    }
}

/// An odd number of conditions, which PostgreSQL has no operator for.
///
/// Source: `WhereNode.as_sql` in `django/db/models/sql/where.py`.
fn one_of(parts: &[String]) -> String {
    let counted = parts
        .iter()
        .map(|part| format!("CASE WHEN {part} THEN 1 ELSE 0 END"));
    let counted = counted.collect::<Vec<_>>().join(" + ");
    let sum = if parts.len() > 2 {
        format!("MOD(({counted}), 2)")
    } else {
        format!("({counted})")
    };
    format!("({}) AND 1 = {sum}", parts.join(" OR "))
}

/// The Q object itself, before fields are looked up.
#[derive(Clone, Debug)]
enum Query {
    Pair(String, Value),
    Expression(Value),
    Group {
        connector: &'static str,
        negated: bool,
        children: Vec<Query>,
    },
}

/// A condition as SQL.
pub(super) fn condition_on(compiler: &Compiler<'_, '_>, value: &Value) -> Result<String> {
    let query = read(value, 0)?;
    let node = match query {
        Query::Group { .. } => build(compiler, &query, false)?,
        other => build(
            compiler,
            &Query::Group {
                connector: "AND",
                negated: false,
                children: vec![other],
            },
            false,
        )?,
    };
    Ok(node.sql())
}

fn read(value: &Value, depth: usize) -> Result<Query> {
    if depth > 60 {
        return Err("a condition that nests too deep".to_owned());
    }
    match value {
        Value::Call(call) if call.class() == "Q" && call.receiver.is_none() => read_q(call, depth),
        Value::Binary(left, op @ ("&" | "|" | "^"), right) => {
            let (left, right) = (read(left, depth + 1)?, read(right, depth + 1)?);
            let connector = match *op {
                "&" => "AND",
                "|" => "OR",
                _ => "XOR",
            };
            let mut children = Vec::new();
            for side in [left, right] {
                match side {
                    // An empty Q counts for nothing.
                    Query::Group { children, .. } if children.is_empty() => {}
                    Query::Group {
                        connector: other,
                        negated: false,
                        children: inner,
                    } if other == connector || inner.len() == 1 => children.extend(inner),
                    other => children.push(other),
                }
            }
            Ok(Query::Group {
                connector,
                negated: false,
                children,
            })
        }
        Value::Unary("~", operand) => Ok(match read(operand, depth + 1)? {
            Query::Group {
                connector,
                negated,
                children,
            } => Query::Group {
                connector,
                negated: !negated,
                children,
            },
            other => Query::Group {
                connector: "AND",
                negated: true,
                children: vec![other],
            },
        }),
        Value::Tuple(pair) => match &pair[..] {
            [Value::Str(name), value] => Ok(Query::Pair(name.text.clone(), value.clone())),
            _ => Err("a condition that is not known".to_owned()),
        },
        Value::Unknown(opaque) => Err(opaque.reason.clone()),
        other => Ok(Query::Expression(other.clone())),
    }
}

fn read_q(call: &Call, depth: usize) -> Result<Query> {
    let connector = match call.keyword("_connector").and_then(Value::as_str) {
        Some("OR") => "OR",
        Some("XOR") => "XOR",
        _ => "AND",
    };
    let negated = call.keyword("_negated").and_then(Value::truth) == Some(true);
    let mut children = Vec::new();
    for argument in &call.args {
        children.push(read(argument, depth + 1)?);
    }
    let mut pairs: Vec<&(String, Value)> = call
        .kwargs
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "_connector" | "_negated"))
        .collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, value) in pairs {
        children.push(Query::Pair(name.clone(), value.clone()));
    }
    Ok(Query::Group {
        connector,
        negated,
        children,
    })
}

fn build(compiler: &Compiler<'_, '_>, query: &Query, negated_above: bool) -> Result<Node> {
    match query {
        Query::Group {
            connector,
            negated,
            children,
        } => {
            let now = negated_above ^ negated;
            let mut node = Node::Group {
                connector,
                negated: *negated,
                children: Vec::new(),
            };
            for child in children {
                node.add(build(compiler, child, now)?);
            }
            Ok(node)
        }
        Query::Expression(value) => lookup_object(compiler, value),
        Query::Pair(path, value) => pair(compiler, path, value, negated_above),
    }
}
