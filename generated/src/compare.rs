//! In what a prediction and an observation differ, each difference by itself; what planner or data decide is counted, not passed over in silence.

use crate::observed::{LEAST, Observation};
use crate::predicted::Predicted;
use mig_lint::postgres::{Access, LockMode};
use std::collections::{BTreeMap, BTreeSet};

/// Of a table with so few rows the planner may prefer to read all.
const SMALL: i64 = 1000;

/// One thing that is otherwise than predicted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    pub(crate) aspect: Aspect,
    pub(crate) relation: String,
    pub(crate) predicted: String,
    pub(crate) observed: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Aspect {
    Unknown,
    Locks,
    Work,
    Waits,
}

/// What a comparison found, and for which reasons it left something out.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    pub(crate) differences: Vec<Difference>,
    pub(crate) reasons: BTreeMap<&'static str, usize>,
    pub(crate) waits: WaitCounts,
    /// Relations that are not locked as strongly as they would be if there were rows.
    by_rows: BTreeSet<String>,
}

/// Waits, one for each table and kind that was tried.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WaitCounts {
    pub(crate) observed: usize,
    pub(crate) predicted: usize,
    pub(crate) both: usize,
}

impl Compared {
    pub(crate) fn new(ours: &Predicted, seen: &Observation, rows: &BTreeMap<String, i64>) -> Self {
        let mut compared = Self::default();
        if ours.unknown {
            compared.differ(Aspect::Unknown, "", "unknown", "taken");
        }
        compared.locks(ours, seen, rows);
        compared.work(ours, seen, rows);
        compared.waits(ours, seen, rows);
        compared
    }

    fn differ(&mut self, aspect: Aspect, relation: &str, predicted: &str, observed: &str) {
        self.differences.push(Difference {
            aspect,
            relation: relation.to_owned(),
            predicted: predicted.to_owned(),
            observed: observed.to_owned(),
        });
    }

    fn count(&mut self, reason: &'static str) {
        *self.reasons.entry(reason).or_default() += 1;
    }

    /// Of indexes only from SHARE UPDATE EXCLUSIVE up.
    fn locks(&mut self, ours: &Predicted, seen: &Observation, rows: &BTreeMap<String, i64>) {
        let names: BTreeSet<&String> = ours.locks.keys().chain(seen.locks.keys()).collect();
        for name in names {
            let index = seen.indexes.contains(name) || ours.indexes.contains(name);
            let of = |locks: &BTreeMap<String, LockMode>| {
                let lock = locks.get(name).copied();
                lock.filter(|lock| !index || *lock >= LockMode::ShareUpdateExclusive)
            };
            let (predicted, observed) = (of(&ours.locks), of(&seen.locks));
            let certain = ours.certain.get(name).copied().flatten();
            let by_rows = ours.some_rows || ours.empties(rows);
            if by_rows && (certain..predicted).contains(&observed) {
                self.count("no row was found or written for which this is locked");
                self.by_rows.insert(name.clone());
            } else if predicted != observed {
                let word = |lock: Option<LockMode>| lock.map_or("nothing", LockMode::sql_name);
                self.differ(Aspect::Locks, name, word(predicted), word(observed));
            }
        }
    }

    fn work(&mut self, ours: &Predicted, seen: &Observation, rows: &BTreeMap<String, i64>) {
        let filled = |name: &str| rows.get(name).copied().unwrap_or_default() >= LEAST;
        if ours.emptied {
            self.count("a file that is emptied shows as a new one");
        } else {
            self.sets("rewrite", &ours.rewrites, &seen.rewrites);
            self.sets("rebuild", &ours.rebuilds, &seen.rebuilds);
        }
        for (name, _) in rows.iter().filter(|(name, _)| filled(name)) {
            if seen.gone.contains(name) {
                self.count("what is dropped has no counters any more");
                continue;
            }
            let observed = seen.scans.contains(name);
            if ours.by_pages.contains(name) {
                self.count("what is read by pages is not counted as rows");
            } else if ours.queried.contains(name) {
                if !observed {
                    self.count("a query may find what it wants by an index");
                }
            } else {
                let predicted = ours.scans.contains(name);
                if predicted
                    && !observed
                    && ours.certain.get(name) != Some(&ours.locks.get(name).copied())
                    && ours.some_rows
                {
                    self.count("no row was found or written for which this is locked");
                } else if observed && !predicted && ours.rows && rows[name] <= SMALL {
                    self.count("a small table is read whole whatever an index could do");
                } else if predicted != observed {
                    self.differ(
                        Aspect::Work,
                        name,
                        if predicted { "scan" } else { "no scan" },
                        if observed { "scan" } else { "no scan" },
                    );
                }
            }
            let many = seen.writes.get(name).is_some_and(|count| *count >= LEAST);
            let predicted = ours.writes.contains(name);
            if many && !predicted && !ours.rewrites.contains(name) {
                self.differ(Aspect::Work, name, "no writes", "writes");
            } else if predicted && !many {
                if ours.some_rows {
                    self.count("few rows may match what is asked for");
                } else {
                    self.differ(Aspect::Work, name, "writes", "no writes");
                }
            }
        }
    }

    fn sets(&mut self, what: &str, ours: &BTreeSet<String>, seen: &BTreeSet<String>) {
        for name in ours.symmetric_difference(seen) {
            let none = format!("no {what}");
            if ours.contains(name) {
                self.differ(Aspect::Work, name, what, &none);
            } else {
                self.differ(Aspect::Work, name, &none, what);
            }
        }
    }

    fn waits(&mut self, ours: &Predicted, seen: &Observation, rows: &BTreeMap<String, i64>) {
        const ROWS: [Access; 3] = [Access::SelectForUpdate, Access::Update, Access::Delete];
        for (name, observed) in &seen.waits {
            let empty = BTreeSet::new();
            let predicted = ours.waits.get(name).unwrap_or(&empty);
            let unclear = seen.unclear.get(name).unwrap_or(&empty);
            // Who takes rows alone: the whole table is in nobody's way.
            let single = predicted.contains(&Access::SelectForUpdate)
                && !predicted.contains(&Access::Update);
            let (mut missed, mut false_ones) = (Vec::new(), Vec::new());
            for kind in Access::ALL {
                let (said, was) = (predicted.contains(&kind), observed.contains(&kind));
                if unclear.contains(&kind) {
                    if said {
                        self.count("a probe was refused before it would have waited");
                    }
                    continue;
                }
                let row = ROWS.contains(&kind);
                if said != was && row && single {
                    self.count("single rows are wanted by some probes");
                    continue;
                }
                if said && !was && ours.some_rows && (row || kind == Access::Insert) {
                    self.count("some rows are wanted by some probes");
                    continue;
                }
                if said
                    && !was
                    && kind == Access::CreateIndexConcurrently
                    && self.by_rows.contains(name)
                {
                    self.count("no row was found or written for which this is locked");
                    continue;
                }
                if said && !was && kind == Access::Delete && !seen.is_beside(name) {
                    self.count("what goes with a row goes on only to rows that refer to it");
                    continue;
                }
                if said && !was && (row || kind == Access::Insert) && seen.is_above(name) {
                    self.count("rows of another partition are wanted");
                    continue;
                }
                if said && !was && kind == Access::Insert && seen.refers_to_parts(name) {
                    self.count("rows of another partition are wanted");
                    continue;
                }
                if said && !was && (row || kind == Access::Insert) && rows.get(name) == Some(&0) {
                    self.count("there is no row to want");
                    continue;
                }
                if said && !was && kind == Access::Delete && ours.rows {
                    self.count("what goes with a row goes on only to rows that refer to it");
                    continue;
                }
                self.waits.observed += usize::from(was);
                self.waits.predicted += usize::from(said);
                self.waits.both += usize::from(was && said);
                match (said, was) {
                    (false, true) => missed.push(kind.sql_name()),
                    (true, false) => false_ones.push(kind.sql_name()),
                    _ => {}
                }
            }
            if !missed.is_empty() {
                self.differ(Aspect::Waits, name, "goes on", &missed.join(", "));
            }
            if !false_ones.is_empty() {
                self.differ(Aspect::Waits, name, &false_ones.join(", "), "goes on");
            }
        }
    }
}
