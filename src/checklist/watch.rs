//! How to watch a migration while it runs: queries to paste, and what is left behind where it is stopped.

use super::touched::Table;
use crate::engine::{MigrationReport, Prediction};
use crate::ir::{Action, AlterAction, DmlKind};
use crate::postgres::quote;
use crate::source::TransactionMode;
use serde::Serialize;

/// Who is blocked by whom, and since when.
const BLOCKED: &str = "SELECT w.pid, left(w.query, 40) AS waits, b.pid AS behind, b.state,
  now() - b.xact_start AS open, left(b.query, 40) AS runs
FROM pg_stat_activity w, unnest(pg_blocking_pids(w.pid)) p
JOIN pg_stat_activity b ON b.pid = p;";

/// What to have at hand.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Watch {
    /// Whom it would wait for: ask before it starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Who waits for whom, while it runs.
    pub blocked: String,
    /// How far it is, statement by statement of those that take long.
    pub progress: Vec<Progress>,
    /// How to stop it; `pid` is that of the migration.
    pub cancel: String,
    /// What is left behind by that.
    pub leaves: Vec<String>,
}

/// How far one kind of statement is.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Progress {
    /// Which one: `CREATE INDEX`.
    pub statement: String,
    /// The query that tells; `None` where the server tells nobody.
    pub query: Option<String>,
}

pub(super) fn watch(
    migration: &MigrationReport,
    predictions: &[&Prediction],
    tables: &[Table],
) -> Watch {
    let mut progress: Vec<Progress> = Vec::new();
    for prediction in predictions.iter().filter(|it| it.works()) {
        let one = Progress {
            statement: prediction.kind.replace('-', " ").to_uppercase(),
            query: of_action(&prediction.action),
        };
        if !progress.contains(&one) {
            progress.push(one);
        }
    }
    Watch {
        before: before(tables),
        blocked: BLOCKED.to_owned(),
        progress,
        cancel: "SELECT pg_cancel_backend(pid);".to_owned(),
        leaves: leaves(migration, predictions),
    }
}

/// The longest transactions that have these tables open.
fn before(tables: &[Table]) -> Option<String> {
    if tables.is_empty() {
        return None;
    }
    let names: Vec<String> = tables
        .iter()
        .take(5)
        .map(|table| {
            let parts: Vec<String> = table.name.split('.').map(quote).collect();
            format!("'{}'::regclass", parts.join(".").replace('\'', "''"))
        })
        .collect();
    Some(format!(
        "SELECT a.pid, now() - a.xact_start AS open, a.state, l.mode, left(a.query, 40) AS query
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.relation IN ({})
ORDER BY a.xact_start LIMIT 10;",
        names.join(",\n  ")
    ))
}

/// The query for the progress of such a statement.
///
/// Source: PostgreSQL documentation, "Progress Reporting".
fn of_action(action: &Action) -> Option<String> {
    let view = |view: &str, done: &str, total: &str| {
        Some(format!(
            "SELECT pid, phase, {done} AS done, {total} AS total
FROM {view} WHERE datname = current_database();"
        ))
    };
    match action {
        Action::CreateIndex(_) | Action::Reindex { .. } => {
            view("pg_stat_progress_create_index", "blocks_done", "blocks_total")
        }
        Action::Cluster { .. } | Action::Vacuum { full: true, .. } => {
            view("pg_stat_progress_cluster", "heap_blks_scanned", "heap_blks_total")
        }
        Action::Vacuum { .. } => {
            view("pg_stat_progress_vacuum", "heap_blks_scanned", "heap_blks_total")
        }
        Action::Analyze { .. } => {
            view("pg_stat_progress_analyze", "sample_blks_scanned", "sample_blks_total")
        }
        Action::Copy { .. } => Some(
            "SELECT pid, command, tuples_processed AS done FROM pg_stat_progress_copy WHERE datname = current_database();".to_owned(),
        ),
        _ => None,
    }
}

/// What a cancel leaves behind.
fn leaves(migration: &MigrationReport, predictions: &[&Prediction]) -> Vec<String> {
    let mut left: Vec<String> = Vec::new();
    for prediction in predictions {
        let one = match &prediction.action {
            Action::CreateIndex(create) if create.concurrently => {
                let name = create
                    .name
                    .as_deref()
                    .map_or_else(|| "the index".to_owned(), quote);
                format!(
                    "{name} stays, INVALID: it is written to and never read. DROP INDEX CONCURRENTLY {name}, then run it again"
                )
            }
            Action::Reindex {
                concurrently: true, ..
            } => "an INVALID index whose name ends in _ccnew or _ccold: drop it, then run it again"
                .to_owned(),
            Action::Drop(drop) if drop.concurrently => {
                "the index may stay, INVALID: run it again".to_owned()
            }
            Action::AlterTable(alter) => {
                let mut commands = alter.commands.iter();
                let detaches = commands.any(|command| {
                    matches!(
                        command.action,
                        AlterAction::DetachPartition {
                            concurrently: true,
                            ..
                        }
                    )
                });
                if !detaches {
                    continue;
                }
                "the partition may be left half detached: ALTER TABLE ... DETACH PARTITION ... FINALIZE ends it".to_owned()
            }
            _ => continue,
        };
        if !left.contains(&one) {
            left.push(one);
        }
    }
    let writes = predictions.iter().any(
        |prediction| matches!(&prediction.action, Action::Dml(dml) if dml.kind != DmlKind::Select),
    );
    let wrapped = match migration.transaction {
        TransactionMode::PerFile | TransactionMode::AllPending => true,
        TransactionMode::Implicit => left.is_empty(),
        TransactionMode::PerStatement | TransactionMode::None => false,
    };
    if wrapped && left.is_empty() {
        left.push("nothing: its transaction is rolled back".to_owned());
    } else if !wrapped && predictions.len() > 1 {
        left.push("what the statements before it have done: each has committed".to_owned());
    } else if left.is_empty() {
        left.push("nothing: the statement is rolled back".to_owned());
    }
    if writes {
        left.push("dead rows, as many as it has written: VACUUM clears them away".to_owned());
    }
    left
}
