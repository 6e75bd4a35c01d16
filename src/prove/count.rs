//! The count: each migration runs undisturbed, and the server's counters say what every statement did. At two sizes it shows what grows.

use super::build::{Bench, BuildError, Stage};
use super::case::Case;
use super::runner::Failed;
use super::words::relation_kind;
use crate::effects::Work;
use crate::ir::RelationKind;
use mig_lint_demo_db::Error;
use mig_lint_demo_db::observe::{self, Counts, Relation};
use mig_lint_demo_db::probe::INDEX_PREFIX;
use std::collections::{BTreeMap, BTreeSet};

/// Rows in each table when it is counted what grows: few enough to be quick, enough that a page more or less does not matter.
pub(super) const SMALL: u64 = 2_000;
pub(super) const LARGE: u64 = 6_000;

/// What one statement did, by the counters; relations by the name they had before it.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) relations: BTreeMap<String, Counts>,
    pub(super) kinds: BTreeMap<String, RelationKind>,
    /// The table of each index.
    pub(super) tables: BTreeMap<String, String>,
    /// Whose file changed.
    pub(super) new_files: BTreeSet<String>,
    /// Rows put into each table.
    pub(super) filled: BTreeMap<String, u64>,
    /// Tables that got an index.
    pub(super) indexed: BTreeSet<String>,
    pub(super) wal_bytes: i64,
}

/// What every statement of the observed migrations did, at one size; where one failed, those before it, and why.
pub(super) fn count(
    bench: &Bench<'_>,
    case: &Case,
    rows: u64,
) -> Result<(Vec<Counted>, Option<Failed>), BuildError> {
    let mut stage = Stage::build(bench, case, rows, false)?;
    // What parallel workers do is counted as theirs.
    stage
        .runner
        .session
        .run("SET max_parallel_workers_per_gather = 0; SET max_parallel_maintenance_workers = 0")?;
    let major = bench.server.version().major;
    let mut all = Vec::new();
    for batch in case.batches() {
        stage.fill(bench, case)?;
        stage.runner.begin(batch.first)?;
        let first = all.len();
        let mut failed = None;
        for statement in batch.statements() {
            let inside = stage.runner.in_transaction();
            let before = Moment::of(&mut stage, inside, major)?;
            failed = stage.runner.run(statement)?.err();
            if failed.is_some() {
                stage.runner.abandon()?;
                break;
            }
            // BEGIN and COMMIT touch nothing, and what is counted changes hands with them.
            let same = inside == stage.runner.in_transaction();
            let after = Moment::of(&mut stage, inside && same, major)?;
            let mut counted = if same {
                before.until(&after)
            } else {
                Counted::default()
            };
            counted.filled.clone_from(&stage.filled);
            all.push(counted);
        }
        if failed.is_none() {
            failed = stage.runner.end()?.err();
        }
        if failed.is_some() && !case.goes_on {
            return Ok((all, failed));
        }
        all.resize_with(first + batch.len(), Counted::default);
    }
    Ok((all, None))
}

/// The counters and files at one moment.
struct Moment {
    relations: Vec<Relation>,
    counts: BTreeMap<u32, Counts>,
    wal: i64,
}

impl Moment {
    fn of(stage: &mut Stage, inside: bool, major: u16) -> Result<Self, Error> {
        let session = &mut stage.runner.session;
        let counts = if inside {
            observe::of_this_transaction(session)?
        } else {
            let observer = &mut stage.observer;
            observe::flush(session, observer, major)?;
            // It has filled the tables.
            observe::flush(observer, session, major)?;
            observe::of_all_transactions(&mut stage.observer)?
        };
        Ok(Self {
            relations: observe::relations(&mut stage.runner.session)?,
            counts,
            wal: observe::wal_bytes(&mut stage.observer)?,
        })
    }

    fn until(&self, after: &Self) -> Counted {
        let mut counted = Counted {
            wal_bytes: after.wal - self.wal,
            ..Counted::default()
        };
        let name_of = |oid: u32| {
            let found = self.relations.iter().find(|relation| relation.oid == oid);
            found.map(Relation::display)
        };
        for relation in &self.relations {
            let name = relation.display();
            let now = after.counts.get(&relation.oid).copied().unwrap_or_default();
            let then = self.counts.get(&relation.oid).copied().unwrap_or_default();
            counted.relations.insert(name.clone(), now.since(&then));
            counted
                .kinds
                .insert(name.clone(), relation_kind(relation.kind));
            if let Some(table) = relation.table.and_then(name_of) {
                counted.tables.insert(name.clone(), table);
            }
            if after
                .file_of(relation)
                .is_some_and(|file| file != relation.filenode)
            {
                counted.new_files.insert(name);
            }
        }
        for index in after
            .relations
            .iter()
            .filter(|relation| relation.is_index())
        {
            let new = !self
                .relations
                .iter()
                .any(|old| old.oid == index.oid || same_name(old, index));
            if new && index.filenode != 0 && !index.name.starts_with(INDEX_PREFIX) {
                counted.indexed.extend(index.table.and_then(name_of));
            }
        }
        counted
    }

    /// The file that a relation has now; an index that was made anew under its old name is the same one to everybody.
    fn file_of(&self, relation: &Relation) -> Option<u32> {
        let mut all = self.relations.iter();
        let found = all.clone().find(|other| other.oid == relation.oid);
        let found = found.or_else(|| all.find(|other| same_name(other, relation)));
        found.map(|found| found.filenode)
    }
}

fn same_name(a: &Relation, b: &Relation) -> bool {
    a.name == b.name && a.schema == b.schema
}

/// The relations that any of the statements worked on, by what each did at two sizes.
pub(super) fn worked_on(small: &[Counted], large: &[Counted]) -> BTreeSet<String> {
    let both = small.iter().zip(large).map(|(small, large)| TwoSizes {
        small,
        large,
        more: LARGE - SMALL,
    });
    let worked = both.flat_map(|both| {
        let names = both.large.relations.keys();
        let own = names.filter(move |name| both.work(name) > Work::None);
        own.cloned().collect::<Vec<_>>()
    });
    worked.collect()
}

/// What a statement did at two sizes.
#[derive(Clone, Copy)]
pub(super) struct TwoSizes<'a> {
    pub(super) small: &'a Counted,
    pub(super) large: &'a Counted,
    /// How many rows more each table has in `large`.
    pub(super) more: u64,
}

impl TwoSizes<'_> {
    /// Whether anything was done that takes longer on larger tables.
    pub(super) fn grows(&self) -> bool {
        self.large
            .relations
            .keys()
            .any(|name| self.work(name) > Work::None)
    }

    /// Tables that hold as many rows at either size: what is done to them cannot be seen to grow.
    pub(super) fn fixed(&self) -> Vec<String> {
        let rows = |counted: &Counted, name: &String| counted.filled.get(name).copied();
        let same = |name: &&String| rows(self.small, name) == rows(self.large, name);
        self.large.filled.keys().filter(same).cloned().collect()
    }

    /// Relations of which as many rows were written at either size.
    pub(super) fn few_written(&self) -> BTreeSet<String> {
        let written = |counted: &Counted, name: &String| {
            counted.relations.get(name).map_or(0, Counts::written)
        };
        let all = self.large.relations.keys();
        all.filter(|name| written(self.small, name) == written(self.large, name))
            .cloned()
            .collect()
    }

    /// The strongest work done to a relation.
    pub(super) fn work(&self, name: &str) -> Work {
        let counted = self.large;
        let read = self.grew(name, |counts| counts.read)
            || counted
                .tables
                .iter()
                .any(|(index, table)| table == name && self.grew(index, |counts| counts.read));
        let new_file = counted.new_files.contains(name);
        // A new file without a row read is an empty one: TRUNCATE.
        let any_read = || {
            counted
                .relations
                .keys()
                .any(|name| self.grew(name, |counts| counts.read))
        };
        let index = counted.kinds.get(name) == Some(&RelationKind::Index);
        if index {
            return if new_file && any_read() {
                Work::IndexBuild
            } else {
                Work::None
            };
        }
        if new_file && any_read() {
            return Work::Rewrite;
        }
        let rebuilt = || {
            let mut indexes = counted.tables.iter().filter(|(_, table)| *table == name);
            indexes.any(|(index, _)| counted.new_files.contains(index))
        };
        if read && (counted.indexed.contains(name) || rebuilt()) {
            return Work::IndexBuild;
        }
        if self.grew(name, Counts::written) {
            return Work::RowWrites;
        }
        if read { Work::Scan } else { Work::None }
    }

    /// Whether a counter grew with the table: by more than half of the rows that the table has more.
    fn grew(&self, name: &str, which: impl Fn(&Counts) -> i64) -> bool {
        let value = |counted: &Counted| counted.relations.get(name).map_or(0, &which);
        let more = i64::try_from(self.more).unwrap_or(i64::MAX);
        value(self.large) - value(self.small) > more / 2
    }
}
