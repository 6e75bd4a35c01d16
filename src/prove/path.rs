//! The cases of a path: the migrations that somebody names, after those that come before them.

use super::case::{Case, Migration, Statement};
use super::compare::ON_ROWS;
use super::elsewhere::Elsewhere;
use super::judged::Judged;
use crate::config::Settings;
use crate::engine::{self, Prediction};
use crate::frontend::Read;
use crate::ir::{self, Origin};
use crate::source::TransactionMode;

/// One case a history. Files that are named are observed, and what lies before them prepares; of a folder all is observed but the first migration.
pub(super) fn cases(settings: &Settings) -> Vec<Case> {
    let judged = Judged::with_code(settings.clone());
    let mut observed = Case::migrations_of(judged.report(), 0, true);
    let mut cases = Vec::new();
    for history in engine::histories(settings) {
        let mut migrations = Vec::new();
        let read: Vec<Read> = history.migrations.collect();
        let elsewhere = Elsewhere::of(read.iter().map(|read| &read.migration));
        for read in read {
            let listed = read.migration;
            let path = listed.file.path().display().to_string();
            let same =
                |migration: &Migration| migration.path == path && migration.name == listed.name;
            match observed.iter().position(same) {
                Some(at) => migrations.push(observed.remove(at)),
                None => migrations.push(preparing(&listed, path)),
            }
        }
        // Before the first migration there is nothing to look at.
        if migrations.len() > 1
            && let Some(first) = migrations.first_mut()
        {
            first.observed = false;
        }
        if history.pending_from.is_some() {
            join(&mut migrations);
        }
        let own = settings.database(&history.root);
        let session = own.map_or(&settings.session, |own| &own.session);
        let name = history.root.display().to_string();
        cases.push(Case {
            name: if name.is_empty() {
                ".".to_owned()
            } else {
                name
            },
            migrations,
            elsewhere: Some(elsewhere),
            judged: Some(judged.clone()),
            parameters: session.parameters.clone(),
            ..Case::default()
        });
    }
    cases
}

/// Those that are pending run in one transaction, where their runner does it so.
fn join(migrations: &mut [Migration]) {
    let mut before = false;
    for migration in migrations {
        let all = migration.observed && migration.transaction == TransactionMode::AllPending;
        migration.joined = before && all;
        before = all;
    }
}

/// A migration that is only context: its statements, with nothing predicted for them. What its code does to rows is left out, of which there are none yet.
fn preparing(listed: &ir::Migration, path: String) -> Migration {
    let runs = |statement: &&ir::Statement| match &statement.origin {
        Origin::File | Origin::Generated(_) => true,
        Origin::Code(_) => !ON_ROWS.contains(&statement.action.kind()),
        Origin::Opaque(_) => false,
    };
    let statement = |statement: &ir::Statement| Statement {
        sql: listed.text_of(statement).to_owned(),
        line: listed.file.place(statement.span.start).line,
        kind: statement.action.kind().to_owned(),
        // Nothing of it is open.
        code: false,
        prediction: Prediction {
            kind: statement.action.kind().to_owned(),
            reaches_beyond_database: statement.action.reaches_beyond_database(),
            ..Prediction::default()
        },
        flags: Vec::new(),
        found: Vec::new(),
    };
    Migration {
        name: listed.name.clone(),
        path,
        transaction: listed.transaction,
        statements: listed
            .statements
            .iter()
            .filter(runs)
            .map(statement)
            .collect(),
        afterwards: String::new(),
        observed: false,
        joined: false,
        untold: Vec::new(),
        judged_as: usize::MAX,
    }
}
