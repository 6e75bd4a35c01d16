//! Histories of SQL files, as they were found.

pub(super) mod base;

use super::{Back, History, Read, Request};
use crate::ir::{Action, Migration, Statement};
use crate::source::{
    self, Delivery, Direction, Script, SourceFile, Span, TransactionMode, WayBack, last_deployed,
};
use crate::sql;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many scripts are parsed at a time: enough for every core, few enough that the trees of a long history never lie in memory together.
const BATCH: usize = 128;

/// These histories, and whether `start_after` is one of their migrations.
pub(super) fn histories(
    found: Vec<source::History>,
    request: &Request<'_>,
) -> (Vec<History>, bool) {
    let mut is_started = false;
    let histories = found.into_iter().map(|found| {
        let (history, starts) = history(found, request);
        is_started |= starts;
        history
    });
    (histories.collect(), is_started)
}

fn history(found: source::History, request: &Request<'_>) -> (History, bool) {
    let mut scripts = found.scripts;
    let deployed = request.start_after.and_then(|name| {
        let names: Vec<&str> = scripts.iter().map(|script| script.name.as_str()).collect();
        last_deployed(&names, name)
    });
    if let Some(last) = deployed {
        for script in &mut scripts[..=last] {
            script.reported = false;
        }
    }
    let first = scripts.iter().position(|script| script.reported);
    let history = History {
        root: found.root,
        pending_from: first.filter(|_| deployed.is_some() || found.is_selection),
        migrations: Box::new(migrations(scripts, request.source.direction)),
        parameters: BTreeMap::new(),
        notices: Vec::new(),
    };
    (history, deployed.is_some())
}

/// Parses scripts on all cores, in their order.
fn migrations(scripts: Vec<Script>, direction: Direction) -> impl Iterator<Item = Read> {
    let mut scripts = scripts.into_iter();
    let batches = std::iter::from_fn(move || {
        let batch: Vec<Script> = scripts.by_ref().take(BATCH).collect();
        (!batch.is_empty()).then(|| {
            let batch = batch.into_par_iter();
            let read = batch.map(|script| migration(&script, direction));
            read.collect::<Vec<_>>()
        })
    });
    batches.flatten()
}

/// Parses one script, and what takes it back.
fn migration(script: &Script, direction: Direction) -> Read {
    let back = (direction == Direction::Down && script.reported).then(|| {
        Box::new(match &script.way_back {
            WayBack::Unsupported => Back::Unsupported,
            WayBack::Missing => Back::Missing,
            WayBack::Unread => Back::Unread,
            WayBack::Written(file, parts) => {
                Back::Migration(parsed(script, file.clone(), parts.clone()), None)
            }
        })
    });
    let migration = parsed(script, script.file.clone(), script.up.clone());
    Read {
        after_unread: script.after_unread,
        way_back: back,
        ..Read::from(migration)
    }
}

/// These parts of a file, run as its runner runs the script.
fn parsed(script: &Script, file: Arc<SourceFile>, parts: Vec<Span>) -> Migration {
    let mut parsed = sql::parse(file.text(), &parts, script.separators);
    let several = parsed.statements.len() > 1;
    let transaction = match (script.transaction, script.delivery) {
        // Without its wrapper a file that is sent as one query is still one transaction.
        (TransactionMode::None, Delivery::OneQuery) if several => TransactionMode::Implicit,
        (TransactionMode::Implicit, Delivery::Batches) if batched(&mut parsed.statements) => {
            TransactionMode::None
        }
        (mode, _) => mode,
    };
    Migration {
        file,
        name: script.name.clone(),
        framework: script.framework,
        transaction,
        is_transaction_known: script.is_transaction_known,
        parts,
        statements: parsed.statements,
        problems: parsed.problems,
        reported: script.reported,
    }
}

/// Numbers the batches where some statements are sent alone, and tells whether there are such.
fn batched(statements: &mut [Statement]) -> bool {
    let stands_alone = |statement: &Statement| match &statement.action {
        Action::CreateIndex(create) => create.concurrently,
        Action::Drop(drop) => drop.concurrently,
        Action::Reindex { concurrently, .. } => *concurrently,
        Action::Vacuum { .. } | Action::Cluster { .. } => true,
        Action::Utility(utility) => utility.outside_transaction,
        _ => false,
    };
    if !statements.iter().any(stands_alone) {
        return false;
    }
    let mut batch = 0;
    for statement in statements.iter_mut() {
        if stands_alone(statement) {
            batch += 1;
        } else {
            statement.query = Some(batch);
        }
    }
    true
}
