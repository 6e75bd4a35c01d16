//! Predicted against observed, statement by statement; differences in words.

use super::case::Statement;
use super::count::TwoSizes;
use super::hold::Held;
use crate::effects::{Age, Certainty, Effect, Held as Until, Work};
use crate::ir::RelationKind;
use crate::postgres::{Access, LockMode};
use crate::schema::RelationId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

/// What a server did when one statement ran: the observed side of a prediction.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Observation {
    pub(super) effects: Vec<Effect>,
    /// The strongest lock on each relation at the statement's end.
    pub(super) locks: BTreeMap<String, LockMode>,
    /// Per table that was probed, who waited. `None`: nothing could be probed.
    pub(super) waits: Option<BTreeMap<String, Vec<Access>>>,
    /// Per table, who was refused by a constraint before anything could be waited for.
    pub(super) refused: BTreeMap<String, BTreeSet<Access>>,
    /// Tables of which as many rows were written at either size.
    pub(super) few_written: BTreeSet<String>,
    /// Its transaction keeps one snapshot for all its statements, for whose end every CREATE INDEX CONCURRENTLY waits, whatever its table.
    pub(super) keeps_snapshot: bool,
    /// Relations of which nothing can be predicted.
    pub(super) made_by_code: BTreeSet<String>,
    /// Locks were sampled: those of indexes may be missing.
    pub(super) sampled: bool,
    /// Tables that were no larger at the larger size, so that nothing is known of work done to them.
    pub(super) fixed: Vec<String>,
}

/// The observation of one statement, in the types of the prediction.
pub(super) fn observation(
    held: &Held,
    counted: Option<TwoSizes<'_>>,
    wrapped: bool,
) -> Observation {
    let work = |name: &str| counted.map_or(Work::None, |two| two.work(name));
    let names = held.kinds.keys().filter(|name| {
        let lock = held.taken.get(*name);
        lock.is_some_and(|lock| !held.is_minor(name, *lock)) || work(name) > Work::None
    });
    let effects = names
        .map(|name| effect(name, held, work(name), wrapped))
        .collect();
    let waits = held
        .waits
        .iter()
        .map(|(name, kinds)| (name.clone(), kinds.iter().copied().collect()));
    Observation {
        effects,
        locks: held.locks.clone(),
        waits: (!held.unprobed).then(|| waits.collect()),
        refused: held.refused.clone(),
        few_written: counted.map(|two| two.few_written()).unwrap_or_default(),
        keeps_snapshot: held.keeps_snapshot,
        made_by_code: held.made_by_code.clone(),
        sampled: held.sampled,
        fixed: counted.map(|two| two.fixed()).unwrap_or_default(),
    }
}

fn effect(name: &str, held: &Held, work: Work, wrapped: bool) -> Effect {
    let (schema, relation) = split(name);
    let now = held
        .locks
        .get(name)
        .copied()
        .unwrap_or(LockMode::AccessShare);
    let lock = held.taken.get(name).copied().unwrap_or(now);
    let waits = held.waits.get(name);
    Effect {
        relation: relation.to_owned(),
        schema: Some(schema.to_owned()),
        table: held.tables.get(name).cloned(),
        lock,
        held: if wrapped {
            Until::Transaction
        } else {
            Until::Statement
        },
        work,
        certainty: Certainty::Known,
        blocks: waits.into_iter().flatten().copied().collect(),
        // Which statement took it before, the server does not tell; `locks` holds the sum.
        under: None,
        estimate: None,
        id: RelationId(u32::MAX),
        kind: held.kinds.get(name).copied().unwrap_or(RelationKind::Table),
        age: Age::Earlier,
        parts: Vec::new(),
    }
}

fn split(name: &str) -> (&str, &str) {
    name.split_once('.').unwrap_or(("public", name))
}

/// The name of a relation as observations have it.
fn name_of(effect: &Effect) -> String {
    match effect.schema.as_deref() {
        None | Some("public") => effect.relation.clone(),
        Some(schema) => format!("{schema}.{}", effect.relation),
    }
}

/// How prediction and observation differ, in words; nothing where they do not.
pub(super) fn mismatch(statement: &Statement, seen: &Observation, counted: bool) -> Option<String> {
    let mut words = String::new();
    let predicted: BTreeMap<String, &Effect> = statement
        .prediction
        .effects
        .iter()
        .filter(|effect| effect.age != Age::ThisTransaction)
        .map(|effect| (name_of(effect), &**effect))
        .collect();
    let observed: BTreeMap<String, &Effect> = seen
        .effects
        .iter()
        .map(|effect| (name_of(effect), effect))
        .collect();
    let names: BTreeSet<&String> = predicted.keys().chain(observed.keys()).collect();
    let unforeseen = |name: &String| {
        let table = observed.get(name).and_then(|effect| effect.table.as_ref());
        seen.made_by_code.contains(table.unwrap_or(name))
    };
    for name in names.into_iter().filter(|name| !unforeseen(name)) {
        let (ours, theirs) = (predicted.get(name).copied(), observed.get(name).copied());
        if !is_of_no_row(statement, (ours, theirs), seen) {
            locks(name, ours, theirs, seen, &mut words);
        }
        let table = ours
            .or(theirs)
            .and_then(|effect| effect.table.as_ref())
            .unwrap_or(name);
        if counted && !seen.fixed.contains(table) && !matched_few(statement, table, seen) {
            work(name, ours, theirs, &mut words);
        }
    }
    if let Some(waits) = &seen.waits {
        for (table, kinds) in waits.iter().filter(|(table, _)| !unforeseen(table)) {
            let ours = statement.prediction.waits.get(table);
            let ours = ours.map_or(&[][..], Vec::as_slice);
            let (ours, kinds) = comparable(statement, table, (ours, kinds), seen);
            if ours != kinds {
                say(
                    &mut words,
                    &format!("waits on {table}"),
                    &list(&ours),
                    &list(&kinds),
                );
            }
        }
    }
    (!words.is_empty()).then_some(words)
}

/// What of both can be compared: not who was refused before it could wait, nor who waits for rows that may be others.
fn comparable(
    statement: &Statement,
    table: &str,
    (ours, kinds): (&[Access], &[Access]),
    seen: &Observation,
) -> (Vec<Access>, Vec<Access>) {
    let refused = seen.refused.get(table);
    let waited = kinds;
    let passes = passes_by(statement, table);
    let tried = |kind: &&Access| {
        waited.contains(*kind)
            || !(refused.is_some_and(|refused| refused.contains(*kind))
                || passes && **kind == Access::CreateIndexConcurrently)
    };
    let others = |kind: &&Access| !seen.keeps_snapshot || **kind != Access::CreateIndexConcurrently;
    let ours: Vec<Access> = ours.iter().filter(tried).filter(others).copied().collect();
    let kinds: Vec<Access> = kinds.iter().filter(others).copied().collect();
    let kinds = kinds.as_slice();
    if !hits_rows_of(statement, table, seen) {
        return (ours, kinds.to_vec());
    }
    let mut effects = statement.prediction.effects.iter();
    let is_named = effects.any(|effect| name_of(effect) == table);
    (without_rows(&ours, is_named), without_rows(kinds, is_named))
}

/// Statements on rows.
pub(super) const ON_ROWS: [&str; 5] = ["update", "delete", "merge", "insert", "select"];

/// Whether a statement on rows found none or few to write among those that were made up: what it does to all that it may find was not seen.
fn matched_few(statement: &Statement, table: &str, seen: &Observation) -> bool {
    let mut effects = statement.prediction.effects.iter();
    let writes = |effect: &Arc<Effect>| name_of(effect) == table && effect.work == Work::RowWrites;
    ON_ROWS.contains(&statement.kind.as_str())
        && seen.few_written.contains(table)
        && effects.any(writes)
}

/// Whether a lock comes with each row that refers to a table, and no row was written.
fn is_of_no_row(
    statement: &Statement,
    (ours, theirs): (Option<&Effect>, Option<&Effect>),
    seen: &Observation,
) -> bool {
    let by_row = ours.is_some_and(|effect| effect.effective_lock() == LockMode::RowShare);
    let mut effects = statement.prediction.effects.iter();
    by_row
        && theirs.is_none()
        && effects.any(|effect| matched_few(statement, &name_of(effect), seen))
}

/// Whether a CREATE INDEX CONCURRENTLY on a table that is not locked waits for a moment that is over when it is tried: for older transactions, for which what is
/// done CONCURRENTLY waits too, and of which there are none in a proof; or for the snapshot that a statement outside a transaction keeps while it works.
fn passes_by(statement: &Statement, table: &str) -> bool {
    let effects = || statement.prediction.effects.iter();
    let concurrent = statement.sql.to_ascii_lowercase().contains("concurrently");
    let works = |effect: &Arc<Effect>| effect.work > Work::None && effect.held == Until::Statement;
    (concurrent || effects().any(works)) && !effects().any(|effect| name_of(effect) == table)
}

/// Whether a statement locks some rows of a table: nobody can tell beforehand whether another wants the same.
fn hits_rows_of(statement: &Statement, table: &str, seen: &Observation) -> bool {
    if matched_few(statement, table, seen) {
        return true;
    }
    let effects = statement.prediction.effects.iter();
    ON_ROWS.contains(&statement.kind.as_str())
        && effects
            .filter(|effect| name_of(effect) == table)
            .all(|effect| effect.work == Work::None)
}

/// Without those who wait for rows; for those of another table, by way of a foreign key, INSERT does too.
fn without_rows(kinds: &[Access], is_named: bool) -> Vec<Access> {
    let by_rows = [Access::SelectForUpdate, Access::Update, Access::Delete];
    let is_by_rows =
        |kind: &Access| by_rows.contains(kind) || (!is_named && *kind == Access::Insert);
    let kept = kinds.iter().filter(|kind| !is_by_rows(kind));
    kept.copied().collect()
}

fn locks(
    name: &str,
    ours: Option<&Effect>,
    theirs: Option<&Effect>,
    seen: &Observation,
    words: &mut String,
) {
    let minor = |effect: &Effect| {
        let kind = matches!(effect.kind, RelationKind::Index | RelationKind::Sequence);
        kind && (seen.sampled || effect.effective_lock() < LockMode::ShareUpdateExclusive)
    };
    if ours.is_none_or(minor) && theirs.is_none_or(minor) {
        return;
    }
    let predicted = ours.map(Effect::effective_lock);
    // What a transaction held already is not taken again: only the sum can be seen.
    let observed = seen.locks.get(name).copied();
    if predicted != observed {
        let word = |lock: Option<LockMode>| lock.map_or("none", LockMode::sql_name).to_owned();
        say(
            words,
            &format!("lock on {name}"),
            &word(predicted),
            &word(observed),
        );
    }
}

fn work(name: &str, ours: Option<&Effect>, theirs: Option<&Effect>, words: &mut String) {
    // What was made lately is empty, whatever is done to it.
    if ours.is_some_and(|effect| effect.age != Age::Earlier) {
        return;
    }
    let of = |effect: Option<&Effect>| effect.map_or(Work::None, |effect| effect.work);
    let index = [ours, theirs]
        .into_iter()
        .flatten()
        .any(|effect| effect.kind == RelationKind::Index);
    if of(ours) != of(theirs) && !(index && of(ours).max(of(theirs)) < Work::IndexBuild) {
        let word = |work: Work| match work {
            Work::None => "none",
            Work::Scan => "scan",
            Work::RowWrites => "row-writes",
            Work::IndexBuild => "index-build",
            Work::Rewrite => "rewrite",
        };
        say(
            words,
            &format!("work on {name}"),
            word(of(ours)),
            word(of(theirs)),
        );
    }
}

fn say(words: &mut String, what: &str, predicted: &str, observed: &str) {
    let semicolon = if words.is_empty() { "" } else { "; " };
    // Writing to a string cannot fail.
    let _ = write!(
        words,
        "{semicolon}{what}: predicted {predicted}, observed {observed}"
    );
}

fn list(kinds: &[Access]) -> String {
    if kinds.is_empty() {
        return "nobody".to_owned();
    }
    let names: Vec<&str> = kinds.iter().map(|kind| kind.sql_name()).collect();
    names.join(", ")
}
