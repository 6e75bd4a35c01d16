//! What is predicted for a case, in a database that was set up as on the server.

use mig_lint::effects::{Age, Effect, Reason, Work};
use mig_lint::engine::{Circumstances, Prediction, judge};
use mig_lint::ir::{Action, AlterAction, DmlKind, Migration, RelationKind};
use mig_lint::postgres::{Access, LockMode, Version};
use mig_lint::schema::RelationId;
use mig_lint::sizes::Sizes;
use mig_lint::source::{Direction, Framework, SourceFile, Span, TransactionMode};
use mig_lint::sql;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// The prediction of one case, in the words of an observation.
#[derive(Debug, Default)]
pub(crate) struct Predicted {
    /// Statements that were not understood.
    pub(crate) unknown: bool,
    /// The strongest lock on each relation that was there before.
    pub(crate) locks: BTreeMap<String, LockMode>,
    pub(crate) indexes: BTreeSet<String>,
    pub(crate) rewrites: BTreeSet<String>,
    pub(crate) rebuilds: BTreeSet<String>,
    pub(crate) scans: BTreeSet<String>,
    /// Of these the planner may find what it wants in an index alone, or by it.
    pub(crate) queried: BTreeSet<String>,
    /// Read by pages, which no counter of rows shows.
    pub(crate) by_pages: BTreeSet<String>,
    /// Tables that get many rows written.
    pub(crate) writes: BTreeSet<String>,
    pub(crate) waits: BTreeMap<String, BTreeSet<Access>>,
    /// The strongest lock that does not depend on whether rows are found.
    pub(crate) certain: BTreeMap<String, Option<LockMode>>,
    /// Statements on rows choose some of them.
    pub(crate) some_rows: bool,
    /// Statements on rows are among them.
    pub(crate) rows: bool,
    /// A file that is emptied shows as a new one.
    pub(crate) emptied: bool,
}

/// The set-up of a server, parsed once.
pub(crate) fn before(setup: &[String]) -> Migration {
    migration("before.sql", setup, TransactionMode::PerStatement, false)
}

fn migration(
    path: &str,
    sql: &[String],
    transaction: TransactionMode,
    reported: bool,
) -> Migration {
    let text: String = sql.iter().flat_map(|one| [one.as_str(), ";\n"]).collect();
    let whole = Span::new(0, text.len());
    let file = Arc::new(SourceFile::new(Path::new(path), &text));
    let parsed = sql::parse(file.text(), &[whole], &[]);
    Migration {
        file,
        name: path.to_owned(),
        framework: Framework::Plain,
        transaction,
        is_transaction_known: false,
        parts: vec![whole],
        statements: parsed.statements,
        problems: parsed.problems,
        reported,
    }
}

/// What the model says of a case.
pub(crate) fn predicted(before: &Migration, sql: &[String], version: Version) -> Predicted {
    let zone = "SET timezone = 'Europe/Berlin'".to_owned();
    let all: Vec<String> = std::iter::once(zone).chain(sql.iter().cloned()).collect();
    let case = migration("case.sql", &all, TransactionMode::PerFile, true);
    let (sizes, parameters) = (Sizes::default(), BTreeMap::new());
    let circumstances = Circumstances {
        version,
        sizes: &sizes,
        parameters: &parameters,
        pending_from: None,
        predictions: true,
        direction: Direction::Up,
        fixes: false,
    };
    let actions: Vec<Action> = case
        .statements
        .iter()
        .map(|one| one.action.clone())
        .collect();
    let judged = judge(vec![before.clone(), case], &circumstances);
    let mut out = Predicted::default();
    let Some(report) = judged.migrations.last() else {
        out.unknown = true;
        return out;
    };
    let mut names: BTreeMap<RelationId, String> = BTreeMap::new();
    let mut now: BTreeMap<String, String> = BTreeMap::new();
    let mut last: Option<&Prediction> = None;
    for (statement, action) in report.statements.iter().zip(&actions) {
        out.unknown |= !statement.known;
        out.note(action);
        let Some(prediction) = statement.prediction.as_deref() else {
            continue;
        };
        for effect in &prediction.effects {
            let name = full_name(effect);
            let first = names
                .entry(effect.id)
                .or_insert_with(|| name.clone())
                .clone();
            now.insert(effect.relation.clone(), first.clone());
            if effect.age == Age::Earlier {
                let altered = match action {
                    Action::AlterTable(alter) => Some(&alter.name.name),
                    _ => None,
                };
                out.add(first, effect, matches!(action, Action::Dml(_)), altered);
            }
        }
        if let Some((from, to)) = renamed(action) {
            let first = now.get(from).cloned().unwrap_or_else(|| from.to_owned());
            now.insert(to.to_owned(), first);
        }
        last = Some(prediction);
    }
    for (name, kinds) in last.iter().flat_map(|prediction| &prediction.waits) {
        let first = now.get(name).unwrap_or(name).clone();
        out.waits.entry(first).or_default().extend(kinds);
    }
    out
}

impl Predicted {
    /// Whether a table without rows is among those that are locked.
    pub(crate) fn empties(&self, rows: &BTreeMap<String, i64>) -> bool {
        let mut locked = self.locks.keys();
        locked.any(|name| rows.get(name).is_some_and(|rows| *rows == 0))
    }

    fn note(&mut self, action: &Action) {
        match action {
            Action::Dml(dml) => {
                self.rows |= true;
                self.some_rows |= dml.predicate.is_some()
                    || dml.kind == DmlKind::Insert
                    || dml.limited
                    || dml.literal_rows
                    || !dml.writes.is_empty()
                    || dml.reads.len() + usize::from(dml.target.is_some()) > 1;
            }
            Action::Refresh {
                concurrently: true, ..
            } => self.some_rows = true,
            Action::Truncate { .. }
            | Action::Refresh {
                with_data: false, ..
            } => self.emptied = true,
            _ => {}
        }
    }

    fn add(&mut self, name: String, effect: &Effect, rows: bool, altered: Option<&String>) {
        let index = effect.kind == RelationKind::Index;
        if index {
            self.indexes.insert(name.clone());
        }
        let lock = self.locks.entry(name.clone()).or_insert(effect.lock);
        *lock = (*lock).max(effect.lock);
        // A default that counts is computed for rows that are there.
        let numbers = effect.kind == RelationKind::Sequence;
        // Where rows decide, what is certain is what else it is locked for.
        let by_rows = |part: &mig_lint::effects::Part| {
            let bound = matches!(part.lock, LockMode::AccessShare | LockMode::RowExclusive);
            match part.reason {
                Reason::ForeignKey => true,
                Reason::Catalog | Reason::Rows => bound,
                _ => false,
            }
        };
        let certain = effect
            .parts
            .iter()
            .filter(|part| !((rows || numbers) && by_rows(part)));
        let certain = certain.map(|part| part.lock).max();
        let known = self.certain.entry(name.clone()).or_default();
        *known = (*known).max(certain);
        let parts = || effect.parts.iter().filter(|part| part.work > Work::None);
        if index {
            if effect.work == Work::IndexBuild {
                self.rebuilds.insert(name);
            }
            return;
        }
        if effect.work == Work::Rewrite {
            self.rewrites.insert(name.clone());
        }
        if effect.work == Work::None {
            return;
        }
        if parts().any(|part| part.work == Work::RowWrites) {
            self.writes.insert(name.clone());
        }
        let mut written = parts()
            .filter(|part| part.work == Work::RowWrites)
            .peekable();
        let keyed =
            written.peek().is_some() && written.all(|part| part.reason == Reason::ForeignKey);
        if keyed && !parts().any(|part| part.work == Work::Scan) {
            // Found by the index on its key.
            return;
        }
        let pages = |part: &mig_lint::effects::Part| {
            matches!(part.reason, Reason::Maintenance | Reason::Storage)
                || part.work == Work::Rewrite && effect.kind == RelationKind::MaterializedView
        };
        // To look up a key is a query too, of which the planner decides how it reads the other table.
        let keys =
            |part: &mig_lint::effects::Part| altered.is_some() && part.reason == Reason::ForeignKey;
        let queried = |part: &mig_lint::effects::Part| {
            matches!(part.reason, Reason::Query | Reason::Rows | Reason::Batches)
        };
        if parts().all(pages) {
            self.by_pages.insert(name);
        } else if parts().all(|part| queried(part) || keys(part)) {
            self.queried.insert(name);
        } else {
            self.scans.insert(name);
        }
    }
}

/// What a statement calls a relation from now on.
fn renamed(action: &Action) -> Option<(&str, &str)> {
    let Action::AlterTable(alter) = action else {
        return None;
    };
    alter
        .commands
        .iter()
        .find_map(|command| match &command.action {
            AlterAction::RenameTo(to) => Some((alter.name.name.as_str(), to.as_str())),
            _ => None,
        })
}

/// With its schema, where that is not `public`.
fn full_name(effect: &Effect) -> String {
    match effect.schema.as_deref() {
        None | Some("public") => effect.relation.clone(),
        Some(schema) => format!("{schema}.{}", effect.relation),
    }
}
