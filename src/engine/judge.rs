//! One history: replayed from its first migration, judged where it is reported.

use super::arbitrate::arbitrate;
use super::{MigrationReport, Outcome};
use crate::effects::{Fold, Step};
use crate::finding::{Builder, Cause, Finding, Harm, Level};
use crate::ir::{Action, AlterAction, Migration, Statement};
use crate::postgres::Version;
use crate::rule::{Context, Entry, Kind, RULES};
use crate::sizes::Sizes;
use crate::source::{Span, TransactionMode};
use std::collections::BTreeMap;

/// What judging needs to know beside the migrations.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    pub version: Version,
    pub sizes: &'a Sizes,
    /// What a session starts with, by folded parameter name.
    pub parameters: &'a BTreeMap<String, String>,
    /// Whether the reported migrations are known to be those that are not deployed yet. Else each is judged as if it alone were pending.
    pub pending_known: bool,
}

/// What came of a history.
#[derive(Debug, Default)]
pub struct Judged {
    /// Of every rule, whatever the config says of it; one for each cause.
    pub findings: Vec<Finding>,
    /// The reported migrations.
    pub migrations: Vec<MigrationReport>,
}

/// Replays the migrations of one history in their order, and judges those that are reported.
#[must_use]
pub fn judge(history: Vec<Migration>, circumstances: &Circumstances<'_>) -> Judged {
    let mut fold = Fold::new(
        circumstances.version,
        circumstances.sizes,
        circumstances.parameters,
    );
    if circumstances.pending_known {
        let first = history.iter().position(|migration| migration.reported);
        fold.pending_from = first.map(|at| at + 1);
    }
    let last = history.iter().rposition(|migration| migration.reported);
    let mut judged = Judged::default();
    let mut joins = false;
    for (at, migration) in history.into_iter().enumerate() {
        if last.is_none_or(|last| at > last) {
            break;
        }
        fold.begin(&migration, joins);
        if migration.reported {
            joins =
                circumstances.pending_known && migration.transaction == TransactionMode::AllPending;
            judge_migration(&mut fold, migration, circumstances, &mut judged);
        } else {
            for statement in &migration.statements {
                fold.replay(statement);
            }
        }
    }
    judged
}

fn judge_migration(
    fold: &mut Fold<'_>,
    migration: Migration,
    circumstances: &Circumstances<'_>,
    judged: &mut Judged,
) {
    let mut outcomes = Vec::with_capacity(migration.statements.len());
    for statement in &migration.statements {
        let step = fold.look(&migration.file, statement);
        let findings = ask(&migration, statement, &step, fold, circumstances);
        judged.findings.extend(findings);
        fold.advance(statement, &step);
        outcomes.push(Outcome {
            known: unknown_span(statement).is_none(),
            can_run_in_transaction: step.can_run_in_transaction,
            effects: step.effects,
            waits: step.waits,
        });
    }
    judged.migrations.push(MigrationReport {
        migration,
        outcomes,
    });
}

/// Asks every rule about one statement.
fn ask(
    migration: &Migration,
    statement: &Statement,
    step: &Step,
    fold: &Fold<'_>,
    circumstances: &Circumstances<'_>,
) -> Vec<Finding> {
    if let Some(span) = unknown_span(statement) {
        return vec![unknown(migration, statement, span)];
    }
    if step.effects.is_empty() {
        return Vec::new();
    }
    let (mut findings, mut fallbacks) = (Vec::new(), Vec::new());
    for entry in RULES
        .iter()
        .filter(|entry| circumstances.version >= entry.rule.from)
    {
        let context = |entry: &'static Entry| Context {
            entry,
            migration,
            statement,
            step,
            catalog: &fold.catalog,
            version: circumstances.version,
            sizes: circumstances.sizes,
        };
        match entry.rule.kind {
            Kind::Check(check) => findings.extend(check(&context(entry))),
            Kind::Fallback(check) => fallbacks.extend(check(&context(entry))),
            Kind::Engine => {}
        }
    }
    arbitrate(findings, fallbacks)
}

/// The part of a statement that is not known, if there is one.
fn unknown_span(statement: &Statement) -> Option<Span> {
    match &statement.action {
        Action::Unknown => Some(statement.span),
        Action::AlterTable(alter) => alter
            .commands
            .iter()
            .find(|command| command.action == AlterAction::Unknown)
            .map(|command| command.span),
        _ => None,
    }
}

fn unknown(migration: &Migration, statement: &Statement, span: Span) -> Finding {
    let cause = Cause {
        statement: statement.span.start,
        command: 0,
        relation: None,
        harm: Harm::Unchecked,
    };
    Builder::new(
        "unknown-statement",
        migration.file.clone(),
        statement.span,
        cause,
    )
    .at(span)
    .level(Level::Warning)
    .says(
        "this statement is not known, so nothing is said about what it locks",
        "not known",
    )
    .build()
}
