//! One history: replayed from its first migration, judged where it is reported.

use super::arbitrate::{join_pieces, join_queues, without_parts_of_what_goes};
use super::ask::{Asker, unknown_span};
use super::circumstances::Circumstances;
use super::faults;
use super::release::Release;
use super::report::{MigrationReport, Prediction, StatementReport};
use crate::effects::{Fold, Reason};
use crate::finding::{Finding, Harm};
use crate::frontend::Read;
use crate::ir::{Action, Migration, Origin, Outline, Statement};
use crate::source::{Span, TransactionMode};

/// What came of a history.
#[derive(Debug, Default)]
pub struct Judged {
    /// Of every rule, whatever the config says of it; one for each cause.
    pub findings: Vec<Finding>,
    /// The reported migrations.
    pub migrations: Vec<MigrationReport>,
    /// What those that are pending do to each table, all together; nothing where nobody said what is pending.
    pub release: Release,
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
            after_unread,
        } = read.into();
        if after_unread {
            fold.catalog.distrust();
        }
        if migration.reported {
            faults::refuse(&mut migration, circumstances.version);
        }
        fold.begin(&migration, joins);
        if let Some(outline) = outline.as_deref().filter(|outline| outline.first) {
            fold.join_first(&outline.app);
        }
        let unused = outline.as_deref().map(|outline| outline.unused.clone());
        if migration.reported {
            joins = circumstances.pending_from.is_some()
                && migration.transaction == TransactionMode::AllPending;
            judged.findings.extend(faults::of_migration(&migration));
            let outline_of = outline.as_deref();
            let statements = judge_statements(
                &mut fold,
                (&migration, outline_of),
                circumstances,
                &mut judged,
            );
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
        fold.give_up(&unused.unwrap_or_default());
    }
    judged
}

fn judge_statements(
    fold: &mut Fold<'_>,
    (migration, outline): (&Migration, Option<&Outline>),
    circumstances: &Circumstances<'_>,
    judged: &mut Judged,
) -> Vec<StatementReport> {
    let mut reports = Vec::with_capacity(migration.statements.len());
    let mut findings = Vec::new();
    let asker = Asker::new(migration, circumstances);
    for (at, statement) in migration.statements.iter().enumerate() {
        let mut inside = Vec::new();
        let mut pieces = Vec::new();
        let step = fold.look(&migration.file, statement, |piece| {
            if piece.statement.span != statement.span {
                inside.push(piece.statement.span);
            }
            let mut told = asker.ask(at, &piece);
            for finding in told.iter_mut().filter(|finding| is_of_loop(finding)) {
                finding.span = statement.span;
                finding.statement = statement.span;
            }
            pieces.push(told);
        });
        findings.extend(join_pieces(pieces));
        if circumstances.pending_from.is_some() {
            judged.release.add(&step);
        }
        let waits = circumstances
            .predictions
            .then(|| fold.waits(statement, &step));
        fold.advance(statement, &step);
        let prediction = waits.map(|waits| {
            Box::new(Prediction {
                kind: statement.action.kind().to_owned(),
                can_run_in_transaction: step.can_run_in_transaction,
                reaches_beyond_database: statement.action.reaches_beyond_database(),
                opaque: step.opaque,
                seconds: step.seconds(),
                effects: step.effects,
                waits,
            })
        });
        reports.push(StatementReport {
            span: statement.span,
            inside,
            body: body_of(statement),
            origin: statement.origin.clone(),
            known: unknown_span(statement).is_none(),
            prediction,
        });
    }
    let state = (&fold.catalog, fold.in_transaction());
    findings.extend(asker.ask_whole(outline, state));
    let gone = |id| fold.catalog.get(id).dropped;
    let findings = without_parts_of_what_goes(findings, migration, gone);
    judged.findings.extend(join_queues(findings));
    reports
}

/// Whether it hurts by what a loop does in all its turns: not the statement inside, but the code as a whole is to be changed.
fn is_of_loop(finding: &Finding) -> bool {
    let chief = finding.causes.first();
    chief.is_some_and(|cause| cause.harm == Harm::Wait(Reason::Batches))
}

/// Where the code of a statement stands in its file.
fn body_of(statement: &Statement) -> Option<Span> {
    match &statement.action {
        Action::Do { code, .. } if statement.origin == Origin::File => code.body,
        _ => None,
    }
}
