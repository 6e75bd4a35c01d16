//! A foreign key that is checked on the spot stops writes to both tables.

use crate::effects::Reason;
use crate::finding::Finding;
use crate::ir::{Action, AlterAction, ConstraintKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::AlterTable(alter) = &cx.statement.action else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (at, command) in alter.commands.iter().enumerate() {
        let AlterAction::AddConstraint(constraint) = &command.action else {
            continue;
        };
        let ConstraintKind::ForeignKey { references, .. } = &constraint.kind else {
            continue;
        };
        let mut scanned = cx
            .blocking()
            .filter(|work| work.part.command == at && work.part.reason == Reason::ForeignKey);
        let Some(first) = scanned.next() else {
            continue;
        };
        let others: Vec<_> = scanned.map(|work| work.effect).collect();
        let table = cx.catalog.find(&alter.name);
        let table = table.map_or_else(|| alter.name.to_string(), crate::schema::Relation::display_name);
        let both = if *references == alter.name {
            table.clone()
        } else {
            format!("{table} and {references}")
        };
        findings.push(
            cx.blocking_finding(&first, &others)
                .says(
                    format!("a foreign key checked on the spot stops all writes to {both}"),
                    format!(
                        "{} on {both} until commit, while every row of {table} is checked",
                        first.lock.sql_name()
                    ),
                )
                .help(
                    "add it NOT VALID, validate it in a later migration",
                    suggestion(cx, at, alter, constraint.name.as_deref()),
                )
                .note(partitioned_note(cx, alter))
                .build(),
        );
    }
    findings
}

/// The same subcommand with NOT VALID, and its validation.
fn suggestion(
    cx: &Context<'_>,
    command: usize,
    alter: &crate::ir::AlterTable,
    name: Option<&str>,
) -> Vec<String> {
    let text = cx.text_of(command);
    let Some(name) = name else {
        // Without a name of its own the constraint cannot be named in the second step.
        return vec![format!("ALTER TABLE {} {text} NOT VALID;", alter.name)];
    };
    vec![
        format!("ALTER TABLE {} {text} NOT VALID;", cx.quoted(&alter.name)),
        format!(
            "ALTER TABLE {} VALIDATE CONSTRAINT {};",
            cx.quoted(&alter.name),
            crate::rule::quote(name)
        ),
    ]
}

/// Before PostgreSQL 18 a partitioned table takes no NOT VALID foreign key.
fn partitioned_note(cx: &Context<'_>, alter: &crate::ir::AlterTable) -> Option<String> {
    let partitioned = cx
        .catalog
        .find(&alter.name)
        .is_some_and(|table| table.partitioned);
    (partitioned && !cx.version.at_least(18)).then(|| {
        "PostgreSQL takes no NOT VALID foreign key on a partitioned table before 18: add it to each partition instead".to_owned()
    })
}
