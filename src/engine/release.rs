//! What the pending migrations of a history do together to each table that is there already.

use crate::effects::{Age, Effect, Reason, Step, Work};
use crate::estimate::Seconds;
use crate::ir::RelationKind;
use crate::postgres::{Access, Accesses, LockMode};
use crate::sizes::Size;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// What a release does to one table, by all its migrations.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Unavailable {
    pub relation: String,
    /// The strongest lock.
    pub lock: LockMode,
    /// Who waits, at one time or another.
    pub waits: BTreeSet<Access>,
    /// The strongest work for which they wait, whether it is done to this table or, under a lock that is still held, to another one. `None`: they wait, but not for long.
    pub work: Work,
    /// How many statements they wait for.
    pub statements: usize,
    /// How many of those do work that grows with a table.
    pub growing: usize,
    /// For how long they wait for those in all; `None` where that is not known of one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<Seconds>,
    /// How large the table is, as far as that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
}

/// The tables of a history that somebody has to wait for.
#[derive(Clone, Debug, Default)]
pub struct Release {
    tables: FxHashMap<(Option<String>, String), Unavailable>,
}

/// The work of a statement for whose end users of a relation wait: of code that commits in between, what is read by the way is none of it.
fn work_of(step: &Step, effect: &Effect) -> Work {
    if !step.commits {
        return effect.work;
    }
    let parts = effect.parts.iter();
    let writing = parts.filter(|part| part.reason != Reason::Query);
    writing.map(|part| part.work).max().unwrap_or(Work::None)
}

impl Release {
    /// Notes one more statement.
    pub(super) fn add(&mut self, step: &Step) {
        let mut here: Vec<(Option<&str>, &str, Part)> = Vec::new();
        let earlier = |effect: &&std::sync::Arc<Effect>| effect.age == Age::Earlier;
        // Who waits for a sequence beside a table waits for the table.
        let any = step.effects.iter().any(|effect| effect.kind.is_queried());
        let counts =
            |effect: &&std::sync::Arc<Effect>| !any || effect.kind != RelationKind::Sequence;
        for effect in step.effects.iter().filter(earlier).filter(counts) {
            let part = Part {
                lock: effect.effective_lock(),
                waits: effect.waiting(),
                work: work_of(step, effect),
                size: effect.size(),
            };
            let table = effect.table.as_ref().unwrap_or(&effect.relation);
            here.push((effect.schema.as_deref(), table, part));
        }
        let work = here.iter().map(|(_, _, part)| part.work).max();
        let work = work.unwrap_or(Work::None);
        // A lock that is held from before lasts as long as what is done elsewhere meanwhile.
        let held = step.held.modes().iter().flat_map(|mode| &mode.few);
        for held in held.filter(|_| work > Work::None) {
            let part = Part {
                lock: held.lock,
                waits: held.lock.blocks(),
                work,
                size: held.estimate.as_ref(),
            };
            here.push((None, &held.relation, part));
        }
        let mut counted: BTreeSet<(Option<&str>, &str)> = BTreeSet::new();
        for (schema, table, part) in here {
            if part.waits.has_everyday() {
                let first = counted.insert((schema, table));
                self.note((schema, table), &part, first, step.seconds());
            }
        }
    }

    fn note(
        &mut self,
        (schema, table): (Option<&str>, &str),
        part: &Part<'_>,
        first: bool,
        seconds: Option<Seconds>,
    ) {
        let schema = schema.filter(|schema| *schema != "public");
        let key = (schema.map(str::to_owned), table.to_owned());
        let known = self.tables.entry(key).or_insert_with(|| Unavailable {
            relation: schema.map_or_else(|| table.to_owned(), |schema| format!("{schema}.{table}")),
            lock: part.lock,
            waits: BTreeSet::new(),
            work: Work::None,
            statements: 0,
            growing: 0,
            seconds: None,
            size: part.size.cloned(),
        });
        let everyday = part.waits.iter().filter(|access| access.is_everyday());
        known.waits.extend(everyday);
        known.lock = known.lock.max(part.lock);
        known.work = known.work.max(part.work);
        known.statements += usize::from(first);
        if first && part.work > Work::None {
            known.seconds = match known.growing {
                0 => seconds,
                _ => known
                    .seconds
                    .zip(seconds)
                    .map(|(before, now)| [before, now].into_iter().sum()),
            };
            known.growing += 1;
        }
    }

    /// The tables, the one that is unavailable longest and to most first.
    #[must_use]
    pub fn worst_first(self) -> Vec<Unavailable> {
        let mut all: Vec<Unavailable> = self.tables.into_values().collect();
        all.sort_by(|one, other| {
            let weight = |table: &Unavailable| {
                let size = table.size.as_ref();
                let hot = size.is_some_and(|size| size.hot);
                let rows = size.and_then(|size| size.rows).unwrap_or(u64::MAX);
                let who = table.waits.len();
                Reverse((
                    table.work > Work::None,
                    hot,
                    who,
                    rows,
                    table.work,
                    table.lock,
                ))
            };
            let by_weight = weight(one).cmp(&weight(other));
            by_weight.then_with(|| one.relation.cmp(&other.relation))
        });
        all
    }
}

/// What one statement does to one table.
struct Part<'s> {
    lock: LockMode,
    waits: Accesses,
    work: Work,
    size: Option<&'s Size>,
}
