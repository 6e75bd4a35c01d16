//! JSON of the locks: the contract with other programs.

use super::document::{SCHEMA_VERSION, document};
use crate::effects::{Age, Effect};
use crate::engine::{MigrationReport, Prediction, Report, StatementReport};
use crate::postgres::Access;
use crate::source::{Framework, SourceFile, TransactionMode, slashes};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(super) struct Document<'a> {
    schema_version: u32,
    pg_version: u8,
    migrations: Vec<JsonMigration<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
struct JsonMigration<'a> {
    path: String,
    framework: Framework,
    transaction: TransactionMode,
    statements: Vec<JsonStatement<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
struct JsonStatement<'a> {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    sql: &'a str,
    kind: &'a str,
    known: bool,
    can_run_in_transaction: bool,
    effects: Vec<&'a Effect>,
    waits: &'a BTreeMap<String, Vec<Access>>,
}

/// What every statement locks, as JSON; `all`: also relations that the transaction itself has created.
#[must_use]
pub fn locks_json(report: &Report, all: bool) -> String {
    let migrations = report.migrations.iter();
    document(&Document {
        schema_version: SCHEMA_VERSION,
        pg_version: report.version.major(),
        migrations: migrations
            .map(|reported| migration(reported, all))
            .collect(),
    })
}

fn migration(reported: &MigrationReport, all: bool) -> JsonMigration<'_> {
    let statements = reported.statements.iter().filter_map(|report| {
        let prediction = report.prediction.as_deref()?;
        Some(statement(&reported.file, report, prediction, all))
    });
    JsonMigration {
        path: slashes(reported.file.path()),
        framework: reported.framework,
        transaction: reported.transaction,
        statements: statements.collect(),
    }
}

fn statement<'a>(
    file: &'a SourceFile,
    report: &'a StatementReport,
    prediction: &'a Prediction,
    all: bool,
) -> JsonStatement<'a> {
    let start = file.place(report.span.start);
    let end = file.place(report.span.end);
    JsonStatement {
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        sql: report.origin.text(file, report.span),
        kind: &prediction.kind,
        known: report.known,
        can_run_in_transaction: prediction.can_run_in_transaction,
        effects: shown(&prediction.effects, all).collect(),
        waits: &prediction.waits,
    }
}

/// The effects that are shown: what the transaction itself has created is nobody else's concern.
pub(super) fn shown(effects: &[Arc<Effect>], all: bool) -> impl Iterator<Item = &Effect> {
    let effects = effects.iter().map(|effect| &**effect);
    effects.filter(move |effect| all || effect.age != Age::ThisTransaction)
}
