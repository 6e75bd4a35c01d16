//! Whether a migration can be undone, and what that does: its down side, judged on what the way up has left.

use super::gone::{self, Gone};
use super::touched::predictions;
use crate::effects::Age;
use crate::engine::{MigrationReport, NoWayBack, Prediction, Report, Unavailable};
use crate::finding::Level;
use crate::source::slashes;
use serde::Serialize;

/// The way back.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WayBack {
    /// Its runner takes nothing back by SQL that somebody writes.
    Unsupported,
    /// Nothing is written that does.
    Missing,
    /// What may be written was not read.
    Unread,
    Written(Written),
}

impl WayBack {
    /// Whether somebody has written one.
    #[must_use]
    pub const fn is_written(&self) -> bool {
        matches!(self, Self::Written(_))
    }
}

/// What a down side does.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Written {
    pub path: String,
    /// The line in which it begins, counted from 1.
    pub line: usize,
    pub statements: usize,
    /// Tables that somebody waits for meanwhile.
    pub waits: Vec<Unavailable>,
    /// What it takes away: also what was written since the way up.
    pub gone: Vec<Gone>,
    /// What is wrong with it, at errors and warnings: `rule: message`.
    pub findings: Vec<String>,
}

/// The way back of a migration, from what was said of all ways back.
pub(super) fn way_back(up: &MigrationReport, down: &Report) -> WayBack {
    let same = |migration: &&MigrationReport| is_way_back(up, migration);
    let Some(back) = down.migrations.iter().find(same) else {
        let mut one_way = down.one_way.iter();
        let own = one_way.find(|(file, name, _)| file.path() == up.file.path() && *name == up.name);
        return match own.map(|(_, _, why)| why) {
            Some(NoWayBack::Unsupported) => WayBack::Unsupported,
            Some(NoWayBack::Missing) => WayBack::Missing,
            _ => WayBack::Unread,
        };
    };
    let predictions: Vec<&Prediction> = predictions(back).collect();
    let inside = |at: usize| {
        back.parts
            .iter()
            .any(|part| part.start <= at && at <= part.end)
    };
    let findings = down.findings.iter().filter(|finding| {
        let is_own = finding.file.path() == back.file.path() && inside(finding.span.start);
        is_own && finding.level > Level::Info
    });
    let start = back.parts.first().map_or(0, |part| part.start);
    WayBack::Written(Written {
        path: slashes(back.file.path()),
        line: back.file.place(start).line,
        statements: back.statements.len(),
        waits: back.tables.clone(),
        gone: gone::gone(&predictions, Age::ThisTransaction),
        findings: findings
            .map(|finding| format!("{}: {}", finding.rule, finding.message))
            .collect(),
    })
}

/// Whether it takes that migration back: it has its name, and lies in its file or beside it.
fn is_way_back(up: &MigrationReport, back: &MigrationReport) -> bool {
    back.name == up.name && back.takes_back.as_deref() == Some(up.file.path())
}
