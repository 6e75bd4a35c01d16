//! One history: replayed from its first migration, judged where it is reported.

use super::arbitrate::join_queues;
use super::ask::{Asker, unknown_span};
use super::circumstances::Circumstances;
use super::faults;
use super::report::{MigrationReport, Prediction, StatementReport};
use crate::effects::Fold;
use crate::finding::Finding;
use crate::frontend::Read;
use crate::ir::Migration;
use crate::source::TransactionMode;

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
        let Read {
            mut migration,
            outline,
        } = read.into();
        if migration.reported {
            faults::refuse(&mut migration, circumstances.version);
        }
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
    let asker = Asker::new(migration, circumstances);
    for (at, statement) in migration.statements.iter().enumerate() {
        let step = fold.look(&migration.file, statement);
        findings.extend(asker.ask(at, &step, &fold.catalog));
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
