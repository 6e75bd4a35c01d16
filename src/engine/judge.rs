//! One history: replayed from its first migration, judged where it is reported.

use super::arbitrate::{arbitrate, join_queues};
use super::faults;
use super::report::{MigrationReport, Prediction, StatementReport};
use crate::advice::Place;
use crate::effects::{Fold, Step};
use crate::finding::{Cause, Finding, Harm};
use crate::ir::{Action, AlterAction, Migration, Origin, Statement};
use crate::postgres::Version;
use crate::rule::{Context, Digest, Entry, Kind, Makes, RULES, entry};
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
    history: impl IntoIterator<Item = Migration>,
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
    for migration in history {
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
                python: migration.python,
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
    let known = Known::of(migration);
    for (at, statement) in migration.statements.iter().enumerate() {
        let step = fold.look(&migration.file, statement);
        findings.extend(ask(
            migration,
            (at, statement),
            &known,
            &step,
            fold,
            circumstances,
        ));
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

/// What is asked of a migration for each of its statements.
struct Known {
    makes: Makes,
    /// Where something could not be read, in the order of the file.
    problems: Vec<usize>,
}

impl Known {
    fn of(migration: &Migration) -> Self {
        let starts = migration.problems.iter().map(|problem| problem.span.start);
        let mut problems: Vec<usize> = starts.collect();
        problems.sort_unstable();
        Self {
            makes: Makes::default(),
            problems,
        }
    }

    /// Whether there is a syntax error in the statement, or where it breaks off.
    fn is_broken(&self, migration: &Migration, statement: &Statement) -> bool {
        let span = statement.span;
        let next = self.problems.partition_point(|at| *at < span.start);
        let reaches = |at: &usize| {
            let between = Span::new(span.end.min(*at), *at);
            migration.file.slice(between).trim().is_empty()
        };
        statement.origin == Origin::File && self.problems.get(next).is_some_and(reaches)
    }
}

/// Asks every rule about one statement.
fn ask(
    migration: &Migration,
    (at, statement): (usize, &Statement),
    known: &Known,
    step: &Step,
    fold: &Fold<'_>,
    circumstances: &Circumstances<'_>,
) -> Vec<Finding> {
    if let Some(span) = unknown_span(statement) {
        // A syntax error says more.
        let told = !known.is_broken(migration, statement);
        let unknown = told.then(|| unknown(migration, statement, step, span));
        return unknown.into_iter().collect();
    }
    let allowed = step.can_run_in_transaction || !step.in_transaction;
    if step.effects.is_empty() && allowed {
        return Vec::new();
    }
    let digest = Digest::new(step);
    let rules = RULES
        .iter()
        .filter(|entry| circumstances.version >= entry.rule.from);
    let context = |entry: &'static Entry| Context {
        entry,
        migration,
        statement,
        at,
        step,
        digest: &digest,
        makes: &known.makes,
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
    let mut spoken = arbitrate(findings, fallbacks);
    let place = Place {
        migration,
        statement,
    };
    for finding in &mut spoken {
        if let Some(advice) = finding.remedy.as_ref().map(|remedy| place.advise(remedy)) {
            finding.help = Some(advice.help.to_owned());
            finding.suggestion = advice.suggestion;
        }
    }
    spoken
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
    let place = match statement.origin {
        Origin::File => span,
        _ => statement.span,
    };
    let finding = entry::UNKNOWN_STATEMENT
        .finding(migration.file.clone(), statement.span, cause)
        .at(place)
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
