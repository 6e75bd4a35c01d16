//! Partitions: which of them rows can go to, and the values that the bounds ask of the columns they are cut by.

use std::collections::BTreeMap;

use super::catalog::{Node, Table, literal, unquoted};
use super::recipe::{Choice, Integers, Timestamps, Values};
use crate::{Error, Session};

/// A table that takes rows, and what its bounds ask for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    pub(super) table: String,
    pub(super) columns: BTreeMap<String, Values>,
}

/// A range without a start or an end is used that far from its other end: days, or numbers.
const OPEN: i64 = 1_000;

/// Where rows can go: the table itself, or the partitions that together take them.
///
/// Hash partitions are left to the server, rows going to their parent; so is whatever is cut by an expression.
pub(super) fn targets(session: &mut Session, table: &Table) -> Result<Vec<Target>, Error> {
    let Some(root) = table.nodes.iter().find(|node| node.name == table.name) else {
        return Ok(vec![Target {
            table: table.name.clone(),
            columns: BTreeMap::new(),
        }]);
    };
    let mut targets = Vec::new();
    // Each node is visited once: a tree of partitions has no circles.
    let mut open = vec![(root, BTreeMap::new())];
    while let Some((node, columns)) = open.pop() {
        let children: Vec<&Node> = table
            .nodes
            .iter()
            .filter(|child| child.parent == Some(node.oid))
            .collect();
        let cut = node
            .key
            .iter()
            .flatten()
            .cloned()
            .collect::<Option<Vec<String>>>();
        match (node.strategy, cut) {
            (Some('l' | 'r'), Some(cut)) => {
                let before = open.len();
                for child in &children {
                    let Some(bounds) = child.bound.as_deref().and_then(bounds) else {
                        continue;
                    };
                    if let Some(asked) = asked(session, table, &cut, &bounds)? {
                        let mut columns = columns.clone();
                        columns.extend(asked);
                        open.push((*child, columns));
                    }
                }
                if let (true, [only]) = (open.len() == before, children.as_slice()) {
                    // A default partition without others takes everything.
                    open.push((*only, columns));
                }
            }
            (None, _) => targets.push(Target {
                table: node.name.clone(),
                columns,
            }),
            _ if children.is_empty() => {}
            _ => targets.push(Target {
                table: node.name.clone(),
                columns,
            }),
        }
    }
    if targets.is_empty() {
        return Err(Error::seed(
            &table.name,
            "has no partition whose bounds are understood: rows have nowhere to go",
        ));
    }
    targets.sort_by(|one, other| one.table.cmp(&other.table));
    Ok(targets)
}

/// What stands in FOR VALUES.
#[derive(Debug, PartialEq)]
enum Bounds {
    List(Vec<Option<String>>),
    Range(Vec<End>, Vec<End>),
}

#[derive(Clone, Debug, PartialEq)]
enum End {
    At(String),
    /// MINVALUE or MAXVALUE.
    Open,
}

/// Reads `pg_get_expr(relpartbound)`; `None` for DEFAULT and for hash partitions.
fn bounds(text: &str) -> Option<Bounds> {
    let text = text.strip_prefix("FOR VALUES ")?;
    if let Some(list) = text.strip_prefix("IN ") {
        let (ends, _) = listed(list)?;
        let value = |end| match end {
            End::At(text) => Some(text),
            End::Open => None,
        };
        return Some(Bounds::List(ends.into_iter().map(value).collect()));
    }
    let (from, rest) = listed(text.strip_prefix("FROM ")?)?;
    let (to, _) = listed(rest.strip_prefix(" TO ")?)?;
    Some(Bounds::Range(from, to))
}

/// `('a', 2, MINVALUE)`, and what follows; NULL and the open ends are `Open`.
fn listed(text: &str) -> Option<(Vec<End>, &str)> {
    let mut rest = text.strip_prefix('(')?;
    let mut ends = Vec::new();
    loop {
        if let Some(quoted) = rest.strip_prefix('\'') {
            let (value, after) = unquoted(quoted)?;
            ends.push(End::At(value));
            rest = after;
        } else {
            let end = rest.find([',', ')'])?;
            let word = &rest[..end];
            let open = matches!(word, "MINVALUE" | "MAXVALUE" | "NULL");
            ends.push(if open {
                End::Open
            } else {
                End::At(word.to_owned())
            });
            rest = &rest[end..];
        }
        match rest.strip_prefix(", ") {
            Some(more) => rest = more,
            None => return Some((ends, rest.strip_prefix(')')?)),
        }
    }
}

/// The values that keep a row inside; `None` where nothing can be said.
fn asked(
    session: &mut Session,
    table: &Table,
    cut: &[String],
    bounds: &Bounds,
) -> Result<Option<BTreeMap<String, Values>>, Error> {
    match (bounds, cut) {
        (Bounds::List(values), [column]) => {
            let values = values.clone();
            Ok(Some(BTreeMap::from([(
                column.clone(),
                Values::Choice(Choice {
                    values,
                    together: None,
                }),
            )])))
        }
        (Bounds::Range(from, to), [column]) => {
            let kind = table
                .column(column)
                .map_or("", |column| column.base.name.as_str());
            let values = match kind {
                "int2" | "int4" | "int8" => Some(Values::Integers(integers(&from[0], &to[0]))),
                "date" | "timestamp" | "timestamptz" => {
                    Some(Values::Timestamps(moments(session, &from[0], &to[0])?))
                }
                _ => start(&from[0]),
            };
            Ok(values.map(|values| BTreeMap::from([(column.clone(), values)])))
        }
        // The start itself is inside.
        (Bounds::Range(from, _), _) => {
            let starts = cut
                .iter()
                .zip(from)
                .map(|(column, from)| Some((column.clone(), start(from)?)));
            Ok(starts.collect())
        }
        (Bounds::List(_), _) => Ok(None),
    }
}

fn start(end: &End) -> Option<Values> {
    let End::At(text) = end else { return None };
    Some(Values::Choice(Choice {
        values: vec![Some(text.clone())],
        together: None,
    }))
}

fn integers(from: &End, to: &End) -> Integers {
    let number = |end: &End| match end {
        End::At(text) => text.parse::<i64>().ok(),
        End::Open => None,
    };
    let (from, to) = match (number(from), number(to)) {
        (Some(from), Some(to)) => (from, to.saturating_sub(1)),
        (Some(from), None) => (from, from.saturating_add(OPEN)),
        (None, Some(to)) => (to.saturating_sub(OPEN), to.saturating_sub(1)),
        (None, None) => (1, OPEN),
    };
    Integers { from, to }
}

fn moments(session: &mut Session, from: &End, to: &End) -> Result<Timestamps, Error> {
    let mut shifted = |end: &str, days: i64| {
        let rows = session.rows(&format!(
            "SELECT {}::timestamp + {days} * '1 day'::interval",
            literal(end)
        ))?;
        Ok::<_, Error>(
            rows.into_iter()
                .flatten()
                .flatten()
                .next()
                .unwrap_or_default(),
        )
    };
    Ok(match (from, to) {
        (End::At(from), End::At(to)) => Timestamps {
            from: shifted(from, 0)?,
            to: shifted(to, 0)?,
        },
        (End::At(from), End::Open) => Timestamps {
            from: shifted(from, 0)?,
            to: shifted(from, OPEN)?,
        },
        (End::Open, End::At(to)) => Timestamps {
            from: shifted(to, -OPEN)?,
            to: shifted(to, 0)?,
        },
        (End::Open, End::Open) => Timestamps::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> End {
        End::At(text.to_owned())
    }

    #[test]
    fn bounds_are_read_as_the_server_writes_them() {
        let range = bounds("FOR VALUES FROM ('2024-01-01', 5) TO ('2024-02-01', MAXVALUE)");
        assert_eq!(
            range,
            Some(Bounds::Range(
                vec![at("2024-01-01"), at("5")],
                vec![at("2024-02-01"), End::Open]
            ))
        );
        let list = bounds("FOR VALUES IN ('it''s, (so)', 'b', NULL)");
        assert_eq!(
            list,
            Some(Bounds::List(vec![
                Some("it's, (so)".to_owned()),
                Some("b".to_owned()),
                None
            ]))
        );
        assert_eq!(bounds("DEFAULT"), None);
        assert_eq!(bounds("FOR VALUES WITH (modulus 4, remainder 0)"), None);
        assert_eq!(bounds("FOR VALUES FROM ('2024"), None);
    }

    #[test]
    fn an_open_end_is_near_the_other() {
        assert_eq!(
            integers(&End::Open, &at("10")),
            Integers { from: -990, to: 9 }
        );
        assert_eq!(
            integers(&at("10"), &End::Open),
            Integers {
                from: 10,
                to: 1_010
            }
        );
    }
}
