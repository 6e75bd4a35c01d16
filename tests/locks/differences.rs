//! Everything in which prediction and observation of a form differ.

use crate::form::{Behaviour, Excuse, Form, UNPROBED};
use crate::names::{FirstNames, dropped, first_names};
use crate::predicted::Predicted;
use crate::waits::waits;
use mig_lint::effects::{Age, Effect, Reason, Work};
use mig_lint::ir::RelationKind;
use mig_lint::postgres::{Access, LockMode};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

/// A form as predicted, beside what servers of one version showed.
pub(crate) struct Compared<'a> {
    pub(crate) form: &'a Form,
    pub(crate) statements: &'a [Predicted],
    pub(crate) seen: &'a Behaviour,
    pub(crate) excuses: &'a BTreeSet<Excuse>,
    pub(crate) names: FirstNames,
    /// On what was there before, by the name that it had then.
    pub(crate) effects: Vec<(String, &'a Effect)>,
    dropped: BTreeSet<String>,
}

impl<'a> Compared<'a> {
    pub(crate) fn new(
        form: &'a Form,
        statements: &'a [Predicted],
        seen: &'a Behaviour,
        excuses: &'a BTreeSet<Excuse>,
    ) -> Self {
        let names = first_names(statements);
        let effects = statements.iter().flat_map(Predicted::effects);
        let earlier = effects.filter(|effect| effect.age == Age::Earlier);
        Self {
            form,
            statements,
            seen,
            excuses,
            effects: earlier
                .map(|effect| (names.by_id[&effect.id].clone(), &**effect))
                .collect(),
            dropped: dropped(statements, &names.now),
            names,
        }
    }

    /// In words, each beginning with what differs.
    pub(crate) fn differences(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.statements.iter().any(|statement| !statement.known) {
            found.push("unknown statement".to_owned());
        }
        let (locks, seen) = self.locks();
        compare("locks", &locks, &seen, &mut found);
        if !self.excuses.contains(&Excuse::Emptied) {
            let rewrites = self.worked(|it| it.work == Work::Rewrite && !is_index(it));
            compare(
                "rewrites",
                &rewrites,
                &self.left(&self.seen.rewrites),
                &mut found,
            );
            let rebuilds = self.worked(|it| it.work == Work::IndexBuild && is_index(it));
            compare(
                "rebuilds",
                &rebuilds,
                &self.left(&self.seen.rebuilds),
                &mut found,
            );
        }
        if let Some(seen) = &self.seen.scans {
            let left_out = self.not_counted(seen);
            let scanned = self.worked(reads);
            let scanned: BTreeSet<&String> = scanned.difference(&left_out).collect();
            let seen: BTreeSet<&String> = seen.difference(&left_out).collect();
            compare("scans", &scanned, &seen, &mut found);
        }
        if let Some((waits, seen)) = waits(self) {
            compare("waits", &waits, &seen, &mut found);
        }
        found
    }

    /// The strongest on each relation, predicted and seen; of indexes only from SHARE UPDATE EXCLUSIVE up.
    fn locks(&self) -> (BTreeMap<&String, LockMode>, BTreeMap<&String, LockMode>) {
        let weak = |lock: LockMode| lock < LockMode::ShareUpdateExclusive;
        let mut locks = BTreeMap::new();
        for (name, effect) in &self.effects {
            if !(is_index(effect) && weak(effect.lock)) {
                let lock = locks.entry(name).or_insert(effect.lock);
                *lock = (*lock).max(effect.lock);
            }
        }
        if self.excuses.contains(&Excuse::Routed) {
            let there = |name: &String| self.seen.locks.contains_key(name);
            locks.retain(|name, lock| *lock != LockMode::RowExclusive || there(name));
        }
        let seen = self.seen.locks.iter().map(|(name, lock)| (name, *lock));
        let seen = seen.filter(|(name, lock)| !(self.seen.indexes.contains(*name) && weak(*lock)));
        (locks, seen.collect())
    }

    fn worked(&self, wanted: impl Fn(&Effect) -> bool) -> BTreeSet<String> {
        let matching = self.effects.iter().filter(|(_, effect)| wanted(effect));
        matching.map(|(name, _)| name.clone()).collect()
    }

    /// Without what the form dropped.
    fn left(&self, seen: &BTreeSet<String>) -> BTreeSet<String> {
        seen.difference(&self.dropped).cloned().collect()
    }

    /// Tables whose reading may leave no trace in the counters of rows.
    fn not_counted(&self, seen: &BTreeSet<String>) -> BTreeSet<String> {
        let conditional = self.excuses.contains(&Excuse::ByCondition);
        let mut left_out = self.worked(|effect| {
            let chosen_rows = conditional && effect.work == Work::RowWrites;
            let by_pages = only(effect, &[Reason::Maintenance, Reason::Storage]);
            let view = effect.kind == RelationKind::MaterializedView;
            effect.work > Work::None && (by_pages || chosen_rows)
                || effect.work == Work::Rewrite && view
        });
        if self.excuses.contains(&Excuse::ByIndex) {
            let queried = self.worked(|effect| only(effect, &[Reason::Query, Reason::ForeignKey]));
            left_out.extend(queried.difference(seen).cloned());
        }
        left_out.extend(self.form.small.iter().cloned());
        left_out.extend(self.dropped.iter().cloned());
        left_out.insert(UNPROBED.to_owned());
        left_out
    }
}

fn is_index(effect: &Effect) -> bool {
    effect.kind == RelationKind::Index
}

/// Whether all the work has one of these reasons. What is read by pages, by VACUUM or as a copy of the file, is not counted as rows; a copy shows as a rewrite.
fn only(effect: &Effect, reasons: &[Reason]) -> bool {
    let mut parts = effect.parts.iter().filter(|part| part.work > Work::None);
    parts.all(|part| reasons.contains(&part.reason))
}

/// INSERT writes rows without reading the table.
fn reads(effect: &Effect) -> bool {
    let written: Vec<_> = effect
        .parts
        .iter()
        .filter(|part| part.work == Work::RowWrites)
        .collect();
    let keyed = !written.is_empty() && written.iter().all(|part| part.reason == Reason::ForeignKey);
    if keyed {
        // What goes with rows of another table is found as its key is: where no index has that, by a scan of its own.
        let mut parts = effect.parts.iter();
        return parts.any(|part| part.work == Work::Scan);
    }
    let mut parts = effect.parts.iter();
    let queried = parts.any(|part| part.reason == Reason::Query && part.work == Work::Scan);
    let reads = queried || effect.work != Work::RowWrites || effect.blocks.contains(Access::Update);
    effect.work > Work::None && reads && !is_index(effect)
}

fn compare<T: PartialEq + Debug>(what: &str, ours: &T, seen: &T, found: &mut Vec<String>) {
    if ours != seen {
        found.push(format!("{what}: predicted {ours:?}, observed {seen:?}"));
    }
}
