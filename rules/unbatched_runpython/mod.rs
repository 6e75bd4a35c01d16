//! Code that loads a whole table into memory.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Habit, Name};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};
use crate::sizes::Class;

pub const RULE: Rule = Rule {
    category: Category::Performance,
    severity: Severity::ByCase(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

fn check(cx: &Whole<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, habit) in cx.outline.iter().flat_map(|outline| &outline.habits) {
        let Habit::LoadsAll(table) = habit else {
            continue;
        };
        let Some(level) = level(cx, table) else {
            continue;
        };
        let found = cx
            .finding_at(*at, Harm::Slows)
            .level(level)
            .says(
                format!("every row of {table} is loaded into memory at once"),
                "comes in one piece, and stays in memory to the end of the loop",
            )
            .help("go through it page by page: .iterator(chunk_size=1000)");
        findings.push(found.build());
    }
    findings
}

/// What the size of the table makes of it: known to be large it is worth a warning, small it is nothing.
fn level(cx: &Whole<'_>, table: &str) -> Option<Level> {
    let known = cx.catalog.find(&Name::bare(table));
    let now = cx.catalog.now.migration;
    let created = known.and_then(|table| table.created);
    if created.is_some_and(|created| created.migration == now) {
        return None;
    }
    let schema = known.and_then(|table| table.schema.as_deref());
    match cx.sizes.class(cx.sizes.of(schema, table)) {
        Class::Small => None,
        Class::Middling | Class::Unknown => Some(Level::Info),
        Class::Large => Some(Level::Warning),
    }
}
