//! A case: migrations with their predictions, the rows they meet, and what else is going on. A rule's example, a fixture's migration and a folder that
//! somebody names are all this.

use super::elsewhere::Elsewhere;
use super::judged::Judged;
use super::told::Told;
use crate::engine;
use crate::finding::Finding;
use crate::ir::Origin;
use crate::postgres::Access;
use crate::rule::RULES;
use crate::source::TransactionMode;
use mig_lint_demo_db::seed;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is run and watched.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// `bad`, `good`, or what the migration is called.
    pub name: String,
    /// SQL run before everything else, which no migration tells of.
    pub setup: String,
    /// In running order; those that are not observed only prepare.
    pub migrations: Vec<Migration>,
    /// What the tables hold, by name.
    pub tables: BTreeMap<String, TableRows>,
    /// What is open before each migration comes.
    pub behind: Option<Behind>,
    /// Statements of the code that is running.
    pub old_code: Vec<String>,
    /// Questions that are asked before and after each observed migration.
    pub shows: Vec<Shows>,
    /// What another session does before the observed migrations, and between their statements.
    pub meanwhile: Vec<Meanwhile>,
    /// What the application does, in the ride; instead of the everyday probes of the same kind on the same table.
    pub probes: Vec<CaseProbe>,
    /// What its history refers to and does not make, where stand-ins may take the place of that.
    pub elsewhere: Option<Elsewhere>,
    /// The relations that its statements were seen to work on, by the names they had; known when it has been counted.
    pub worked_on: BTreeSet<String>,
    /// A migration that fails does not keep the next from being run.
    pub goes_on: bool,
    /// What its predictions came from.
    pub judged: Option<Judged>,
    /// What the migrating session starts with.
    pub parameters: BTreeMap<String, String>,
}

/// A migration of a case.
#[derive(Clone, Debug)]
pub struct Migration {
    pub name: String,
    pub path: String,
    pub transaction: TransactionMode,
    pub statements: Vec<Statement>,
    /// SQL that completes it when it is through: the other batches of a loop. Nobody looks on.
    pub afterwards: String,
    pub observed: bool,
    /// The transaction of the migration before it goes on: its runner runs all that are pending in one.
    pub joined: bool,
    /// What of it cannot be told, and so is not run: the place, and why.
    pub untold: Vec<String>,
    /// Where it stands among those of which there are predictions, counted from 0.
    pub judged_as: usize,
}

/// A statement with what is predicted for it.
#[derive(Clone, Debug)]
pub struct Statement {
    pub sql: String,
    /// Counted from 1.
    pub line: usize,
    /// `alter-table`, `begin`, ...
    pub kind: String,
    /// It stands for what code does, with values that are open.
    pub code: bool,
    pub prediction: engine::Prediction,
    /// What rules have found in it.
    pub flags: Vec<Flag>,
    /// What is found in it, each as it is told.
    pub found: Vec<Told>,
}

/// That a rule says something of a statement, or leaves it to a more particular one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag {
    pub rule: &'static str,
    /// The SQLSTATE with which the statement fails.
    pub sqlstate: Option<&'static str>,
}

impl Statement {
    /// The SQLSTATE with which it fails, as this rule says.
    #[must_use]
    pub fn sqlstate(&self, rule: &str) -> Option<&'static str> {
        let mut own = self.flags.iter().filter(|flag| flag.rule == rule);
        own.find_map(|flag| flag.sqlstate)
    }
}

/// What a table holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TableRows {
    /// In the ride, else as many as `--rows` says; in the small runs no more than those take.
    pub rows: Option<u64>,
    /// What is to differ from what the catalog tells, by column.
    pub columns: seed::Columns,
}

/// A request of the application, as SQL.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseProbe {
    /// How a person calls it: an endpoint.
    pub label: String,
    /// The table that it is about.
    pub relation: String,
    pub kind: Access,
    pub sql: String,
}

/// Who has touched every table and is still in a transaction when the migration comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behind {
    Reader,
    Writer,
}

/// A question whose answer shows what a migration does to data and settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shows {
    /// The case that it is about; the bad one, where it is left out.
    #[serde(default = "bad")]
    pub case: String,
    /// The migration that it is about; each of the case, where it is left out.
    pub migration: Option<String>,
    /// A query for one value.
    pub query: String,
    /// What it answers right before the migration, and right behind it: `NULL` for none, `SQLSTATE 42P01` for an error.
    pub before: String,
    pub after: String,
    /// What it would have to answer behind the migration, if that did no harm; something else than before it, where it is left out.
    pub should: Option<String>,
}

/// What somebody else does, in a session that lasts as long as the migration. It does not wait for an end that the migration keeps from it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meanwhile {
    /// The case that it belongs to; the bad one, where it is left out.
    #[serde(default = "bad")]
    pub case: String,
    /// The migration that it belongs to; each of the case, where it is left out.
    pub migration: Option<String>,
    /// A part of the SQL of the statement that it comes right behind; it comes before the migration, where it is left out.
    pub after: Option<String>,
    /// One statement after the other.
    pub sql: Vec<String>,
    /// The SQLSTATE with which the last of them is to fail. Without it a failure is harm that the migration does.
    pub error: Option<String>,
}

impl Meanwhile {
    /// Whether it belongs to this migration.
    #[must_use]
    pub fn is_about(&self, migration: &Migration) -> bool {
        let named = self.migration.as_ref();
        named.is_none_or(|named| *named == migration.name)
    }
}

fn bad() -> String {
    "bad".to_owned()
}

impl Migration {
    /// Whether its runner wraps it in one transaction.
    #[must_use]
    pub fn is_wrapped(&self) -> bool {
        match self.transaction {
            TransactionMode::PerFile | TransactionMode::AllPending => true,
            TransactionMode::Implicit => self.statements.len() > 1,
            TransactionMode::PerStatement | TransactionMode::None => false,
        }
    }
}

impl Case {
    /// The migrations of a report, in their order; the first `prepare` of them are not observed. What code does is among their statements if `code` is.
    #[must_use]
    pub fn migrations_of(report: engine::Report, prepare: usize, code: bool) -> Vec<Migration> {
        let findings = report.findings;
        let mut migrations = Vec::new();
        for (at, migration) in report.migrations.into_iter().enumerate() {
            let file = migration.file;
            let (mut statements, mut untold) = (Vec::new(), Vec::new());
            for statement in migration.statements {
                let Some(prediction) = statement.prediction else {
                    continue;
                };
                // One operation of Django's is several statements at one place.
                let generated = match &statement.origin {
                    Origin::Generated(text) | Origin::Code(text) => Some(text.as_ref()),
                    Origin::File => None,
                    Origin::Opaque(why) => {
                        let line = file.place(statement.span.start).line;
                        untold.push(format!("{}:{line}: {why}", file.path().display()));
                        continue;
                    }
                };
                let is_code = !statement.origin.is_run();
                if is_code && !code {
                    continue;
                }
                let found = findings.iter().filter(|finding| {
                    std::sync::Arc::ptr_eq(&finding.file, &file)
                        && finding.statement.start == statement.span.start
                        && finding.sql.as_deref() == generated
                });
                statements.push(Statement {
                    sql: statement.origin.text(&file, statement.span).to_owned(),
                    line: file.place(statement.span.start).line,
                    kind: prediction.kind.clone(),
                    code: is_code,
                    prediction: *prediction,
                    found: found.clone().map(Told::of).collect(),
                    flags: found.flat_map(answering).collect(),
                });
            }
            migrations.push(Migration {
                name: migration.name,
                path: file.path().display().to_string(),
                transaction: migration.transaction,
                statements,
                afterwards: String::new(),
                observed: at >= prepare,
                joined: false,
                untold,
                judged_as: at,
            });
        }
        migrations
    }

    /// Place and kind of the first statement whose consequences would stay behind when the scratch database is gone.
    #[must_use]
    pub fn beyond_database(&self) -> Option<(String, &str)> {
        let mut all = self.migrations.iter().flat_map(|migration| {
            let own = migration.statements.iter();
            own.map(move |statement| (migration, statement))
        });
        let (migration, statement) =
            all.find(|(_, statement)| statement.prediction.reaches_beyond_database)?;
        let place = format!("{}:{}", migration.path, statement.line);
        Some((place, &statement.kind))
    }

    /// The migrations that come before all that are observed.
    pub fn preparing(&self) -> impl Iterator<Item = &Migration> {
        self.migrations
            .iter()
            .take_while(|migration| !migration.observed)
    }

    /// The migrations that are observed.
    pub fn observed(&self) -> impl Iterator<Item = &Migration> {
        self.migrations
            .iter()
            .filter(|migration| migration.observed)
    }
}

/// The rules that say this, or leave it to the one that does.
fn answering(finding: &Finding) -> impl Iterator<Item = Flag> {
    let rules = RULES.iter().filter(|entry| entry.answers(finding));
    rules.map(|entry| Flag {
        rule: entry.id,
        sqlstate: finding.sqlstate,
    })
}
