//! A foreign key whose columns no index leads: each DELETE of a row that is referred to reads the whole table.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{CreateIndex, ExprNode, IndexColumn};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole, join_and};
use crate::schema::Relation;

pub const RULE: Rule = Rule {
    category: Category::Performance,
    severity: Severity::Always(Level::Info),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

fn check(cx: &Whole<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (statement, command, table, key) in cx.foreign_keys() {
        let columns = key.columns();
        let Some(parent) = key.references.map(|parent| cx.catalog.get(parent)) else {
            continue;
        };
        if !table.complete || is_covered(cx, table, &columns) {
            continue;
        }
        let (name, to) = (table.display_name(), parent.display_name());
        let columns = join_and(&columns);
        let found = cx
            .finding(statement, command, Some(table.id), Harm::Slows)
            .says(
                format!("no index finds the rows of {name} by {columns}: each DELETE from {to} reads all of it"),
                format!("refers to {to}, without an index that begins with {columns}"),
            )
            .help(format!("create an index on {name} that begins with {columns}"));
        findings.push(found.build());
    }
    findings
}

/// Whether an index of the table, or of what it is a partition of, begins with these columns, in any order.
fn is_covered(cx: &Whole<'_>, table: &Relation, columns: &[&str]) -> bool {
    let begins = |definition: &CreateIndex| {
        let keys = definition.elements.iter().take(columns.len());
        let names = keys.map(|key| match &key.column {
            IndexColumn::Column(name) => Some(name.as_str()),
            IndexColumn::Expression(_) => None,
        });
        let names: Vec<Option<&str>> = names.collect();
        columns.iter().all(|column| names.contains(&Some(column)))
    };
    let mut indexes = cx.catalog.indexes(table.id);
    indexes.any(|index| {
        let definition = index.definition.as_deref();
        definition.is_some_and(|definition| {
            let whole = definition.predicate.as_ref().is_none_or(|_| {
                // One that leaves out what is NULL has all rows that refer to something.
                columns.len() == 1 && excludes_null(definition, columns[0])
            });
            definition.method != "brin" && whole && begins(definition)
        })
    })
}

fn excludes_null(definition: &CreateIndex, column: &str) -> bool {
    let predicate = definition
        .predicate
        .as_ref()
        .map(|predicate| &predicate.node);
    matches!(predicate, Some(ExprNode::IsNotNull(inner)) if inner.is_column(column))
}
