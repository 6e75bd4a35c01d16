//! CREATE INDEX without CONCURRENTLY stops writes while the index is built.

use crate::effects::Reason;
use crate::finding::Finding;
use crate::ir::{Action, CreateIndex};
use crate::postgres::{LockMode, Version};
use crate::rule::{Blocking, Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
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
    let (help, suggestion) = instead(cx, create);
    vec![found.says(message, label).help(help, suggestion).build()]
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

fn instead(cx: &Context<'_>, create: &CreateIndex) -> (&'static str, Vec<String>) {
    let partitioned = cx
        .catalog
        .find(&create.table)
        .is_some_and(|table| table.partitioned);
    if partitioned {
        let help = "create it ON ONLY the partitioned table, build each partition's CONCURRENTLY, then ALTER INDEX ... ATTACH PARTITION";
        return (help, Vec::new());
    }
    if cx.is_django() {
        let help = "AddIndexConcurrently (in django.contrib.postgres.operations), alone in a migration with atomic = False; db_index=False on the field where that makes it";
        return (help, Vec::new());
    }
    let text = cx.text_of(0);
    // The word stands right behind INDEX, which is the second or third word of the statement.
    let at = text
        .to_ascii_uppercase()
        .find("INDEX")
        .map(|at| at + "INDEX".len());
    let sql = at.map(|at| format!("{} CONCURRENTLY{};", &text[..at], &text[at..]));
    (
        "build it CONCURRENTLY, alone in a migration that runs outside a transaction",
        sql.into_iter().collect(),
    )
}
