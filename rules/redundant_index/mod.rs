//! An index that another one makes needless: every write pays for both, and queries gain nothing.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, CreateIndex, IndexColumn};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};
use crate::schema::{Relation, RelationId};
use std::collections::HashMap;

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
    let mut known = Indexes::default();
    for (statement, action) in cx.actions() {
        let Action::CreateIndex(create) = action else {
            continue;
        };
        let Some(table) = cx.catalog.find(&create.table) else {
            continue;
        };
        let Some((index, other)) = known.doubled(cx, table, create) else {
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

/// The indexes of the tables that get new ones, by what their first key is on: where that differs, neither makes the other needless.
#[derive(Default)]
struct Indexes<'a>(HashMap<RelationId, HashMap<&'a str, Vec<&'a Relation>>>);

impl<'a> Indexes<'a> {
    /// A new index, and one that was there and makes it needless.
    fn doubled(
        &mut self,
        cx: &Whole<'a>,
        table: &Relation,
        create: &CreateIndex,
    ) -> Option<(&'a Relation, &'a Relation)> {
        let by_key = self.0.entry(table.id).or_insert_with(|| {
            let mut by_key: HashMap<&str, Vec<&Relation>> = HashMap::new();
            for index in cx.catalog.indexes(table.id) {
                let definition = index.definition.as_deref();
                if let Some(key) = definition.and_then(first_key) {
                    by_key.entry(key).or_default().push(index);
                }
            }
            for all in by_key.values_mut() {
                all.sort_by_key(|index| index.id);
            }
            by_key
        });
        let alike = by_key.get(first_key(create)?)?;
        let made = |index: &&&Relation| match &create.name {
            Some(name) => index.name == *name,
            None => is(index, |own| own.is_like(create)),
        };
        let index = alike.iter().rev().find(made)?;
        let mut before = alike.iter().take_while(|other| other.id < index.id);
        let other = before.find(|other| is(other, |other| covers(other, create)))?;
        Some((index, other))
    }
}

fn is(index: &Relation, so: impl Fn(&CreateIndex) -> bool) -> bool {
    index.definition.as_deref().is_some_and(so)
}

/// What the first key is on; all expressions are one.
fn first_key(index: &CreateIndex) -> Option<&str> {
    Some(match &index.elements.first()?.column {
        IndexColumn::Column(name) => name,
        IndexColumn::Expression(_) => "",
    })
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
