//! One history: replayed from its first migration, judged where it is reported.

use super::arbitrate::{arbitrate, join_queues};
use super::faults;
use super::report::{MigrationReport, Prediction, StatementReport};
use crate::effects::{Fold, Step};
use crate::finding::{Builder, Cause, Finding, Harm, Level};
use crate::frontend::Read;
use crate::ir::{Action, AlterAction, Migration, Origin, Statement};
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
    /// The first migration that is not deployed yet, counted from 0, where that is known: those from there on are pending together.
    /// Else each is judged as if it alone were pending.
    pub pending_from: Option<usize>,
    /// Keep what every statement does; else only findings are kept.
    pub predictions: bool,
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
pub fn judge(
    history: impl IntoIterator<Item = impl Into<Read>>,
    circumstances: &Circumstances<'_>,
) -> Judged {
    let mut fold = Fold::new(
        circumstances.version,
        circumstances.sizes,
        circumstances.parameters,
        circumstances.pending_from,
    );
    let mut judged = Judged::default();
    let mut joins = false;
    for read in history {
        let Read { migration, outline } = read.into();
        fold.begin(&migration, joins);
        if migration.reported {
            joins = circumstances.pending_from.is_some()
                && migration.transaction == TransactionMode::AllPending;
            judged.findings.extend(faults::of_migration(&migration));
            let statements = judge_statements(&mut fold, &migration, circumstances, &mut judged);
            judged.migrations.push(MigrationReport {
                file: migration.file,
                name: migration.name,
                framework: migration.framework,
                transaction: migration.transaction,
                parts: migration.parts,
                statements,
                outline,
            });
        } else {
            for statement in &migration.statements {
                fold.replay(statement);
            }
        }
    }
    judged
}

fn judge_statements(
    fold: &mut Fold<'_>,
    migration: &Migration,
    circumstances: &Circumstances<'_>,
    judged: &mut Judged,
) -> Vec<StatementReport> {
    let mut reports = Vec::with_capacity(migration.statements.len());
    let mut findings = Vec::new();
    for statement in &migration.statements {
        let step = fold.look(&migration.file, statement);
        findings.extend(ask(migration, statement, &step, fold, circumstances));
        let waits = circumstances
            .predictions
            .then(|| fold.waits(statement, &step));
        fold.advance(statement, &step);
        let prediction = waits.map(|waits| {
            Box::new(Prediction {
                kind: statement.action.kind().to_owned(),
                can_run_in_transaction: step.can_run_in_transaction,
                opaque: step.opaque,
                effects: step.effects,
                waits,
            })
        });
        reports.push(StatementReport {
            span: statement.span,
            origin: statement.origin.clone(),
            known: unknown_span(statement).is_none(),
            prediction,
        });
    }
    judged.findings.extend(join_queues(findings));
    reports
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
        // A syntax error in it, or where it breaks off, says more.
        let broken = statement.origin == Origin::File
            && migration.problems.iter().any(|problem| {
                let at = problem.span.start;
                let between = Span::new(statement.span.end.min(at), at);
                at >= statement.span.start && migration.file.slice(between).trim().is_empty()
            });
        return (!broken)
            .then(|| unknown(migration, statement, step, span))
            .into_iter()
            .collect();
    }
    let allowed = step.can_run_in_transaction || !step.in_transaction;
    if step.effects.is_empty() && allowed {
        return Vec::new();
    }
    let rules = RULES
        .iter()
        .filter(|entry| circumstances.version >= entry.rule.from);
    let context = |entry: &'static Entry| Context {
        entry,
        migration,
        statement,
        step,
        catalog: &fold.catalog,
        version: circumstances.version,
        sizes: circumstances.sizes,
    };
    let (mut findings, mut fallbacks) = (Vec::new(), Vec::new());
    for entry in rules.clone() {
        if let Kind::Check(check) = entry.rule.kind {
            findings.extend(check(&context(entry)));
        }
    }
    for entry in rules {
        if let Kind::Fallback(check) = entry.rule.kind {
            let context = context(entry);
            if context.has_unexplained(&findings) {
                fallbacks.extend(check(&context));
            }
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

fn unknown(migration: &Migration, statement: &Statement, step: &Step, span: Span) -> Finding {
    let cause = Cause {
        statement: statement.span.start,
        command: 0,
        relation: None,
        harm: Harm::Unchecked,
    };
    let finding = Builder::new(
        "unknown-statement",
        migration.file.clone(),
        statement.span,
        cause,
    )
    .at(if statement.origin == Origin::File {
        span
    } else {
        statement.span
    })
    .level(Level::Warning)
    .locked(&step.held);
    let told = match &statement.origin {
        Origin::File => finding,
        Origin::Generated(text) | Origin::Code(text) => finding.sql(Some(text.clone())),
        Origin::Opaque(reason) => {
            let message = format!(
                "what this runs is not known, so nothing is said about what it locks: {reason}"
            );
            return finding.says(message, "not known").build();
        }
    };
    told.says(
        "this statement is not known, so nothing is said about what it locks",
        "not known",
    )
    .build()
}
