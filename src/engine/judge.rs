//! One history: replayed from its first migration, judged where it is reported.

use super::arbitrate::{join_pieces, join_queues, join_rows, without_parts_of_what_goes};
use super::ask::{Asker, unknown_span};
use super::circumstances::Circumstances;
use super::faults;
use super::release::Release;
use super::report::{MigrationReport, NoWayBack, Prediction, StatementReport};
use crate::effects::{Fold, Reason};
use crate::finding::{Finding, Harm};
use crate::fix::Pending;
use crate::frontend::{Back, Read};
use crate::ir::{Action, Migration, Origin, Outline, Statement};
use crate::source::{Direction, SourceFile, Span, TransactionMode};
use std::sync::Arc;

/// What came of a history.
#[derive(Debug, Default)]
pub struct Judged {
    /// Of every rule, whatever the config says of it; one for each cause.
    pub findings: Vec<Finding>,
    /// The reported migrations.
    pub migrations: Vec<MigrationReport>,
    /// What those that are pending do to each table, all together; nothing where nobody said what is pending.
    pub release: Release,
    /// What is pending, where it can be fixed.
    pub pending: Pending,
    /// Migrations that cannot be taken back, where that was asked: the file, how it is called, and why.
    pub one_way: Vec<(Arc<SourceFile>, String, NoWayBack)>,
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
        match circumstances.direction {
            Direction::Up => circumstances.pending_from,
            // What is taken back is deployed, all of it.
            Direction::Down => Some(usize::MAX),
        },
    );
    let mut judged = Judged::default();
    let mut joins = false;
    for read in history {
        let Read {
            migration,
            outline,
            after_unread,
            way_back,
        } = read.into();
        if after_unread {
            fold.catalog.distrust();
        }
        let is_up = circumstances.direction == Direction::Up;
        let is_judged = migration.reported && is_up;
        if circumstances.fixes {
            let path = migration.file.path().to_owned();
            judged.pending.history.push(path);
        }
        fold.begin(&migration, joins);
        let first = outline.as_deref().filter(|outline| outline.first);
        if let Some(outline) = first.filter(|_| is_up) {
            fold.join_first(&outline.app);
        }
        let unused = outline.as_deref().map(|outline| outline.unused.clone());
        if is_judged {
            joins = circumstances.pending_from.is_some()
                && migration.transaction == TransactionMode::AllPending;
            judge_one(&mut fold, (migration, outline), circumstances, &mut judged);
        } else {
            for statement in &migration.statements {
                fold.replay(statement);
            }
            if migration.reported {
                judge_back(&mut fold, &migration, way_back, circumstances, &mut judged);
            }
        }
        fold.give_up(&unused.unwrap_or_default());
    }
    judged
}

/// Judges a migration that the fold has begun.
fn judge_one(
    fold: &mut Fold<'_>,
    (mut migration, outline): (Migration, Option<Box<Outline>>),
    circumstances: &Circumstances<'_>,
    judged: &mut Judged,
) {
    faults::refuse(&mut migration, circumstances.version);
    judged.findings.extend(faults::of_migration(&migration));
    let one = (&migration, outline.as_deref());
    let mut alone = Release::default();
    let statements = judge_statements(fold, one, circumstances, (judged, &mut alone));
    judged.migrations.push(MigrationReport {
        file: migration.file.clone(),
        name: migration.name.clone(),
        takes_back: None,
        framework: migration.framework,
        transaction: migration.transaction,
        parts: migration.parts.clone(),
        statements,
        tables: alone.worst_first(),
        outline,
    });
    if circumstances.fixes {
        judged.pending.migrations.push(migration);
    }
}

/// Judges what takes a migration back, on what it has left, and goes back to that.
fn judge_back(
    fold: &mut Fold<'_>,
    up: &Migration,
    way_back: Option<Box<Back>>,
    circumstances: &Circumstances<'_>,
    judged: &mut Judged,
) {
    let (down, outline) = match way_back.map(|back| *back) {
        Some(Back::Migration(down, outline)) => (down, outline),
        other => {
            let why = match other {
                Some(Back::Unsupported) => NoWayBack::Unsupported,
                Some(Back::Unread) => NoWayBack::Unread,
                _ => NoWayBack::Missing,
            };
            judged.one_way.push((up.file.clone(), up.name.clone(), why));
            return;
        }
    };
    fold.aside(|fold| {
        fold.begin(&down, false);
        judge_one(fold, (down, outline), circumstances, judged);
    });
    if let Some(report) = judged.migrations.last_mut() {
        report.takes_back = Some(up.file.path().to_owned());
    }
}

fn judge_statements(
    fold: &mut Fold<'_>,
    (migration, outline): (&Migration, Option<&Outline>),
    circumstances: &Circumstances<'_>,
    (judged, alone): (&mut Judged, &mut Release),
) -> Vec<StatementReport> {
    let mut reports = Vec::with_capacity(migration.statements.len());
    let mut findings = Vec::new();
    let asker = Asker::new(migration, circumstances);
    for (at, statement) in migration.statements.iter().enumerate() {
        if !statement.holds(circumstances.version) {
            // The syntax error says enough. What follows is judged as if it had been mended.
            fold.replay(statement);
            continue;
        }
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
        if circumstances.pending_from.is_some() && circumstances.direction == Direction::Up {
            judged.release.add(&step);
        }
        if circumstances.predictions {
            alone.add(&step);
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
                gives_up: step.gives_up,
                action: statement.action.clone(),
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
    let mut findings = join_queues(join_rows(findings));
    findings.iter_mut().for_each(Finding::settle);
    judged.findings.append(&mut findings);
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
