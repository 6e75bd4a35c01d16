//! An index that is dropped before the one that replaces it is there leaves queries without any.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, CreateIndex, IndexElement, ObjectKind, RelationKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::schema::Relation;

pub const RULE: Rule = Rule {
    category: Category::Performance,
    severity: Severity::Always(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Drop(drop) = &cx.statement.action else {
        return Vec::new();
    };
    // In one transaction nobody sees the table without an index.
    if drop.kind != ObjectKind::Relation(RelationKind::Index) || cx.step.in_transaction {
        return Vec::new();
    }
    let dropped = drop.names.iter().filter_map(|name| cx.catalog.find(name));
    dropped.filter_map(|index| finding(cx, index)).collect()
}

fn finding(cx: &Context<'_>, index: &Relation) -> Option<Finding> {
    let table = cx.catalog.get(index.table?);
    let effect = cx.effect(table.id)?;
    cx.on_earlier(&table.full_name())?;
    let first = leading(index)?;
    // A key that another index begins with as well is still found.
    let mut others = cx.catalog.indexes(table.id);
    let found_otherwise = others.any(|other| other.id != index.id && leading(other) == Some(first));
    if found_otherwise || !replaced(cx, table, first) {
        return None;
    }
    let (name, on) = (index.display_name(), table.display_name());
    let found = cx
        .finding(0, table.id, Harm::Slows)
        .says(
            format!("{on} is without an index for what {name} found until the new one is built"),
            "gone at once, while the index that replaces it comes later",
        )
        .effects([effect])
        .help("build the new index first, under another name, then drop the old one");
    Some(found.build())
}

/// The first key of an index.
fn leading(index: &Relation) -> Option<&IndexElement> {
    index.definition.as_ref()?.elements.first()
}

/// Whether a later statement of the migration builds an index on the table that begins with this key.
fn replaced(cx: &Context<'_>, table: &Relation, first: &IndexElement) -> bool {
    let is = |create: &CreateIndex| {
        let on = cx.catalog.find(&create.table);
        on.is_some_and(|on| on.id == table.id) && create.elements.first() == Some(first)
    };
    let mut later = cx.migration.statements[cx.at + 1..].iter();
    later.any(|statement| matches!(&statement.action, Action::CreateIndex(create) if is(create)))
}
