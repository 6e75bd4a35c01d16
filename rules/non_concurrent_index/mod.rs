//! CREATE INDEX without CONCURRENTLY stops writes while the index is built.

use crate::effects::Reason;
use crate::finding::{Built, Finding, Remedy};
use crate::ir::{Action, CreateIndex};
use crate::postgres::{LockMode, Version};
use crate::rule::{Blocking, Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::CreateIndex(create) = &cx.statement.action else {
        return Vec::new();
    };
    let mut built = cx
        .blocking()
        .iter()
        .filter(|work| work.part.reason == Reason::Index);
    let Some(first) = built.next() else {
        return Vec::new();
    };
    let others: Vec<_> = built.map(|work| work.effect).collect();
    let found = cx.blocking_finding(first, &others);
    let (message, label) = words(cx, create, first);
    let table = cx.catalog.find(&create.table);
    let built = if table.is_some_and(|table| table.partitioned) {
        Built::OnPartitions {
            index: cx.catalog.index_name(create),
            partitions: cx.partitions(&create.table, |partition| {
                cx.catalog.index_name(&CreateIndex {
                    name: None,
                    table: partition.clone(),
                    ..(**create).clone()
                })
            }),
        }
    } else {
        Built::Created
    };
    let remedy = Remedy::IndexConcurrently(built);
    vec![found.says(message, label).remedy(remedy).build()]
}

fn words(cx: &Context<'_>, create: &CreateIndex, work: &Blocking<'_>) -> (String, String) {
    let table = cx.display(&create.table);
    let lock = work.lock.sql_name();
    let building = format!("until commit, while every row of {table} is read into the index");
    let held = work
        .effect
        .under
        .filter(|under| under.lock > LockMode::Share);
    match held {
        Some(under) => (
            format!("an index is built while {table} is still locked {lock}"),
            format!("{lock} held since line {} {building}", under.place.line),
        ),
        None => (
            format!("building an index without CONCURRENTLY stops all writes to {table}"),
            format!("{lock} on {table} {building}"),
        ),
    }
}
