//! The cases of a path: the migrations that somebody names, after those that come before them.

use super::case::{Case, Migration, Statement};
use crate::config::Settings;
use crate::engine::{self, Prediction};
use crate::source::{self, Request, Script};
use crate::sql;
use std::collections::BTreeMap;

/// One case a history. Files that are named are observed, and what lies before them prepares; of a folder all is observed but the first migration.
pub(super) fn cases(settings: &Settings) -> Vec<Case> {
    let discovery = source::discover(&Request {
        paths: settings.paths.clone(),
        exclude: settings.exclude.clone(),
        overrides: settings.overrides.clone(),
        transaction: settings.transaction,
    });
    let mut observed = Case::migrations_of(engine::run(settings, true), 0);
    let mut cases = Vec::new();
    for history in discovery.histories {
        let mut migrations = Vec::new();
        for script in &history.scripts {
            let path = script.file.path().display().to_string();
            let same =
                |migration: &Migration| migration.path == path && migration.name == script.name;
            match observed.iter().position(same) {
                Some(at) => migrations.push(observed.remove(at)),
                None => migrations.push(preparing(script, path)),
            }
        }
        // Before the first migration there is nothing to look at.
        if migrations.len() > 1
            && let Some(first) = migrations.first_mut()
        {
            first.observed = false;
        }
        let name = history.root.display().to_string();
        cases.push(Case {
            name: if name.is_empty() {
                ".".to_owned()
            } else {
                name
            },
            migrations,
            parameters: settings.session.parameters.clone(),
            ..Case::default()
        });
    }
    cases
}

/// A migration that is only context: its statements, with nothing predicted for them.
fn preparing(script: &Script, path: String) -> Migration {
    let parsed = sql::parse(script.file.text(), &script.up, script.separators);
    let statement = |statement: crate::ir::Statement| Statement {
        sql: script.file.slice(statement.span).to_owned(),
        line: script.file.place(statement.span.start).line,
        kind: statement.action.kind().to_owned(),
        prediction: Prediction {
            kind: statement.action.kind().to_owned(),
            can_run_in_transaction: true,
            opaque: false,
            effects: Vec::new(),
            waits: BTreeMap::new(),
        },
        findings: Vec::new(),
    };
    Migration {
        name: script.name.clone(),
        path,
        transaction: script.transaction,
        statements: parsed.statements.into_iter().map(statement).collect(),
        afterwards: String::new(),
        observed: false,
    }
}
