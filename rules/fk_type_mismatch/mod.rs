//! A foreign key whose column is too narrow for the key that it refers to.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{ConstraintKind, TypeName};
use crate::postgres::{Version, types::display_name};
use crate::rule::{Category, Kind, Rule, Severity, Whole};
use crate::schema::{Constraint, Relation};

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::Always(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

fn check(cx: &Whole<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (statement, command, table, key) in cx.foreign_keys() {
        let Some(parent) = key.references.map(|parent| cx.catalog.get(parent)) else {
            continue;
        };
        for (own, referenced) in key.columns().into_iter().zip(referenced(key, parent)) {
            let ty = |table: &Relation, column: &str| table.column(column)?.ty.clone();
            let (Some(narrow), Some(wide)) = (ty(table, own), ty(parent, referenced)) else {
                continue;
            };
            if !holds_less(&narrow, &wide) {
                continue;
            }
            let (name, to) = (table.display_name(), parent.display_name());
            let (narrow, wide) = (shown(&narrow), shown(&wide));
            let found = cx
                .finding(statement, command, Some(table.id), Harm::Fails)
                .says(
                    format!("{name}.{own} is {narrow}, but {to}.{referenced} is {wide}: from the first key on that does not fit no row can refer to it"),
                    format!("{narrow} refers to {wide}"),
                )
                .help(format!("make {own} {wide} now, while that is cheap"));
            findings.push(found.build());
        }
    }
    findings
}

/// The columns that a foreign key refers to: those that it names, else the primary key.
fn referenced<'a>(key: &'a Constraint, parent: &'a Relation) -> Vec<&'a str> {
    match &key.kind {
        ConstraintKind::ForeignKey {
            referenced_columns, ..
        } if !referenced_columns.is_empty() => {
            referenced_columns.iter().map(String::as_str).collect()
        }
        _ => parent
            .primary_key()
            .map(Constraint::columns)
            .unwrap_or_default(),
    }
}

/// Whether there are values of one integer type that another does not have.
fn holds_less(narrow: &TypeName, wide: &TypeName) -> bool {
    let bytes = |ty: &TypeName| match &*ty.name.name {
        "int2" | "smallserial" => Some(2),
        "int4" | "serial" => Some(4),
        "int8" | "bigserial" => Some(8),
        _ => None,
    };
    let sizes = bytes(narrow).zip(bytes(wide));
    sizes.is_some_and(|(narrow, wide)| narrow < wide)
}

/// As people write it; a serial column is an integer that has a sequence.
fn shown(ty: &TypeName) -> &str {
    match &*ty.name.name {
        "smallserial" => "smallint",
        "serial" => "integer",
        "bigserial" => "bigint",
        other => display_name(other),
    }
}
