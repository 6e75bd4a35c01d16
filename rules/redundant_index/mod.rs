//! An index that another one makes needless: every write pays for both, and queries gain nothing.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, CreateIndex};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};
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
    for (statement, action) in cx.actions() {
        let Action::CreateIndex(create) = action else {
            continue;
        };
        let Some((table, index, other)) = doubled(cx, create) else {
            continue;
        };
        let (name, by) = (&index.name, &other.name);
        let found = cx
            .finding(statement, 0, Some(table.id), Harm::Slows)
            .says(
                format!(
                    "{name} does what {by} of {} does already: writes pay for both",
                    table.display_name()
                ),
                format!("{by} begins with the same columns"),
            )
            .help(format!(
                "leave it out, or drop {by} if this one is to replace it"
            ));
        findings.push(found.build());
    }
    findings
}

/// The table, the new index and one that was there and makes it needless.
fn doubled<'a>(
    cx: &Whole<'a>,
    create: &CreateIndex,
) -> Option<(&'a Relation, &'a Relation, &'a Relation)> {
    let table = cx.catalog.find(&create.table)?;
    let made = |index: &&Relation| match &create.name {
        Some(name) => index.name == *name,
        None => {
            let definition = index.definition.as_deref();
            definition.is_some_and(|own| own.is_like(create))
        }
    };
    let indexes = cx.catalog.indexes(table.id);
    let index = indexes.filter(made).max_by_key(|index| index.id)?;
    let mut others = cx.catalog.indexes(table.id);
    let other = others.find(|other| {
        let definition = other.definition.as_deref();
        other.id < index.id && definition.is_some_and(|other| covers(other, create))
    })?;
    Some((table, index, other))
}

/// Whether whatever asks one index can ask the other.
fn covers(other: &CreateIndex, new: &CreateIndex) -> bool {
    let length = new.elements.len();
    let leads = other.elements.len() >= length && other.elements[..length] == new.elements;
    let included = |column: &String| other.include.contains(column);
    // A unique index keeps out what the other lets in, unless that is unique over the same.
    let guards = !new.unique || other.unique && other.elements.len() == length;
    let same_order = length == 1 || !new.own_order && !other.own_order;
    let begins = other.elements.len() == length || new.method == "btree";
    leads
        && same_order
        && begins
        && guards
        && new.include.iter().all(included)
        && other.method == new.method
        && other.predicate == new.predicate
        && (!new.unique || other.nulls_not_distinct == new.nulls_not_distinct)
}
