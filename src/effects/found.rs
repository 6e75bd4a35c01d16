//! How many rows WHERE can find: those of a few keys, those of a batch, or as many as there are.

use crate::ir::{ColumnRef, Dml, ExprNode, IndexColumn, QueryRows, Repeated};
use crate::schema::{Catalog, Relation};

/// How many rows a statement comes near, fewest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Found {
    /// As many as WHERE has keys of, however large the table is.
    Few,
    /// Those of a narrow range of keys: whoever wants rows there waits for a moment.
    Range,
    /// A list of keys that is handed over, a range of them, or what LIMIT leaves: it does not grow with the table, but the batches of a loop do.
    Batch,
    /// Nobody knows; it grows with the table.
    Many,
}

/// A range of whole numbers that is no wider finds few rows.
const NARROW: i128 = 10_000;

/// The rows of a relation that WHERE can find, by all the turns of the loops that it stands in.
pub(super) fn found(catalog: &Catalog, relation: &Relation, dml: &Dml) -> Found {
    let once = found_at_once(catalog, relation, dml);
    if once < Found::Batch && is_repeated(catalog, dml) {
        return Found::Batch;
    }
    once
}

/// Whether it runs as often as a table has rows, or as nobody knows.
pub(super) fn is_repeated(catalog: &Catalog, dml: &Dml) -> bool {
    dml.repeated.iter().any(|repeated| match repeated {
        Repeated::Unknown => true,
        Repeated::Rows(query) => gives_many(catalog, query),
    })
}

/// Whether a query gives as many rows as there are. What the server's own catalogs hold is little.
fn gives_many(catalog: &Catalog, query: &Dml) -> bool {
    if query.limited {
        return false;
    }
    let mut reads = query.reads.iter().chain(&query.target);
    let many = reads.any(|name| {
        let table = catalog.find(name);
        !name.is_system()
            && table.is_none_or(|table| found_at_once(catalog, table, query) > Found::Range)
    });
    // Who calls a function to get rows gets any number.
    many || query.reads.is_empty() && !query.calls.is_empty()
}

/// The rows of a relation that WHERE can find each time that the statement runs.
pub(super) fn found_at_once(catalog: &Catalog, relation: &Relation, dml: &Dml) -> Found {
    let many = if dml.in_pieces {
        Found::Batch
    } else {
        Found::Many
    };
    let Some(predicate) = &dml.predicate else {
        return many;
    };
    let search = Search {
        keys: keys(catalog, relation, &predicate.node),
        relation,
        dml,
    };
    if search.is_few(&predicate.node) {
        Found::Few
    } else if search.is_narrow(&predicate.node) {
        Found::Range
    } else if search.is_batch(&predicate.node) {
        Found::Batch
    } else {
        many
    }
}

/// The columns of which one value each leaves one row: the primary key, unique constraints and indexes; `id` where nothing is known. Only those keys of which WHERE names
/// every column.
fn keys<'a>(
    catalog: &'a Catalog,
    relation: &'a Relation,
    predicate: &ExprNode,
) -> Vec<Vec<&'a str>> {
    let mut named: Vec<&str> = Vec::new();
    predicate.walk(&mut |node| {
        if let ExprNode::Column(column) = node {
            named.push(&column.name);
        }
    });
    if named.is_empty() {
        return Vec::new();
    }
    let is_named = |columns: &[&str]| columns.iter().all(|column| named.contains(column));
    let primary = relation.primary_key().map(|key| key.columns());
    let guessed = (primary.is_none() && !relation.complete).then(|| vec!["id"]);
    let unique = catalog.indexes(relation.id).filter_map(|index| {
        let definition = index.definition.as_ref()?;
        if !definition.unique || definition.predicate.is_some() || definition.elements.is_empty() {
            return None;
        }
        let columns = definition.elements.iter().map(|key| match &key.column {
            IndexColumn::Column(name) if named.contains(&name.as_str()) => Some(name.as_str()),
            _ => None,
        });
        columns.collect::<Option<Vec<_>>>()
    });
    // Where a row stands: no two of a table stand there.
    let place = std::iter::once(vec!["ctid"]);
    let keys = primary.into_iter().chain(guessed).chain(place);
    let keys = keys.filter(|columns| is_named(columns));
    keys.chain(unique).collect()
}

struct Search<'a> {
    keys: Vec<Vec<&'a str>>,
    relation: &'a Relation,
    dml: &'a Dml,
}

impl Search<'_> {
    /// Whether what WHERE lets through are rows of a few keys.
    fn is_few(&self, node: &ExprNode) -> bool {
        match node {
            ExprNode::Null => true,
            ExprNode::Constant(text) => text == "false",
            ExprNode::Or(any) => any.iter().all(|one| self.is_few(one)),
            ExprNode::And(all) => self.covers_key(all) || all.iter().any(|one| self.is_few(one)),
            one => self.covers_key(std::slice::from_ref(one)),
        }
    }

    /// Whether these conditions together leave a few values for every column of a key.
    fn covers_key(&self, all: &[ExprNode]) -> bool {
        let fixed = |name: &&str| {
            all.iter().any(|one| {
                let column = fixed(one);
                column.is_some_and(|column| column.name == *name && self.is_own(column))
            })
        };
        self.keys.iter().any(|key| key.iter().all(fixed))
    }

    /// Whether what WHERE lets through lies in a narrow range of a key, or is what a small LIMIT leaves.
    fn is_narrow(&self, node: &ExprNode) -> bool {
        let mut singles = self.keys.iter().filter(|key| key.len() == 1);
        if singles.any(|key| self.is_among_few(node, key[0])) {
            return true;
        }
        let ExprNode::And(all) = node else {
            return false;
        };
        let single = self.keys.iter().filter(|key| key.len() == 1);
        let mut widths = single.filter_map(|key| self.width(all, key[0]));
        widths.any(|width| width <= NARROW)
    }

    /// Whether a column is one of those that a query with a small LIMIT gives.
    fn is_among_few(&self, node: &ExprNode, name: &str) -> bool {
        match node {
            ExprNode::And(all) => all.iter().any(|one| self.is_among_few(one, name)),
            ExprNode::Binary {
                operator,
                left,
                right,
            } if operator == "= any" => {
                let few = |limit: u64| i128::from(limit) <= NARROW;
                matches!(**right, ExprNode::Query(QueryRows::Limited(Some(limit))) if few(limit))
                    && matches!(&**left, ExprNode::Column(column) if column.name == name && self.is_own(column))
            }
            _ => false,
        }
    }

    /// How many whole numbers lie between what a column is compared with.
    fn width(&self, all: &[ExprNode], name: &str) -> Option<i128> {
        let bound = |wanted: [&str; 2]| {
            all.iter().find_map(|one| match one {
                ExprNode::Binary {
                    operator,
                    left,
                    right,
                } if wanted.contains(&operator.as_str()) => match (&**left, value(right)) {
                    (ExprNode::Column(column), Some(text))
                        if column.name == name && self.is_own(column) =>
                    {
                        text.parse::<i128>().ok()
                    }
                    _ => None,
                },
                _ => None,
            })
        };
        Some(bound(["<", "<="])? - bound([">", ">="])? + 1)
    }

    /// Whether WHERE names rows by a list of keys that is handed over, or by a range of them.
    fn is_batch(&self, node: &ExprNode) -> bool {
        let single = self.keys.iter().filter(|key| key.len() == 1);
        single.map(|key| key[0]).any(|key| {
            let lower = self.compares(node, key, &[">", ">="]);
            lower && self.compares(node, key, &["<", "<="]) || self.compares(node, key, &["= any"])
        })
    }

    /// Whether WHERE compares a column with a constant by one of these operators.
    fn compares(&self, node: &ExprNode, name: &str, operators: &[&str]) -> bool {
        match node {
            ExprNode::And(all) => all.iter().any(|one| self.compares(one, name, operators)),
            ExprNode::Binary {
                operator,
                left,
                right,
            } => {
                let known = operators.contains(&operator.as_str());
                let limited = matches!(**right, ExprNode::Query(QueryRows::Limited(_)));
                known
                    && (limited || value(right).is_some())
                    && matches!(&**left, ExprNode::Column(column) if column.name == name && self.is_own(column))
            }
            _ => false,
        }
    }

    fn is_own(&self, column: &ColumnRef) -> bool {
        self.dml.is_column_of(column, &self.relation.name)
    }
}

/// The column that a condition leaves a few values: `a = 1`, `a IN (1, 2)`, `a = ANY ('{1,2}')`.
fn fixed(node: &ExprNode) -> Option<&ColumnRef> {
    match node {
        ExprNode::Binary {
            operator,
            left,
            right,
        } => match (operator.as_str(), &**left, &**right) {
            ("=", ExprNode::Column(column), other) | ("=", other, ExprNode::Column(column)) => {
                let one = value(other).is_some() || *other == ExprNode::Query(QueryRows::One);
                one.then_some(column)
            }
            // What is handed over as a parameter is a batch.
            ("= any", ExprNode::Column(column), list) => {
                value(list).filter(|list| !list.starts_with('$'))?;
                Some(column)
            }
            _ => None,
        },
        ExprNode::Or(any) => {
            let mut columns = any.iter().map(fixed);
            let first = columns.next()??;
            columns.all(|other| other == Some(first)).then_some(first)
        }
        _ => None,
    }
}

/// The text of a constant, whatever it is cast to.
fn value(node: &ExprNode) -> Option<&str> {
    match node {
        ExprNode::Constant(text) => Some(text),
        ExprNode::Null => Some("null"),
        ExprNode::Cast { expr, .. } => value(expr),
        _ => None,
    }
}
