//! Predicted locks, work and waits are those that live servers showed; forms where they are not yet are listed with what is wrong, and the list is exact.

mod common;

use common::{judged, migration};
use mig_lint::effects::{Age, Effect, Work};
use mig_lint::engine::StatementReport;
use mig_lint::ir::RelationKind;
use mig_lint::postgres::{Access, LockMode, Version};
use mig_lint::source::TransactionMode;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A partition without rows that no probe looked at.
const UNPROBED: &str = "pt_2";

#[derive(Deserialize)]
struct Observed {
    schema: String,
    forms: Vec<Form>,
}

#[derive(Deserialize)]
struct Form {
    form: String,
    #[serde(default)]
    setup: Vec<String>,
    #[serde(default)]
    session: Vec<String>,
    sql: Vec<String>,
    in_transaction: bool,
    results: Vec<Behaviour>,
}

#[derive(Deserialize)]
struct Behaviour {
    versions: Vec<u8>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    locks: BTreeMap<String, LockMode>,
    #[serde(default)]
    indexes: BTreeSet<String>,
    #[serde(default)]
    rewrites: BTreeSet<String>,
    #[serde(default)]
    rebuilds: BTreeSet<String>,
    /// Absent: none; null: not measured.
    #[serde(default = "none_seen")]
    scans: Option<BTreeSet<String>>,
    #[serde(default = "none_seen")]
    waits: Option<BTreeMap<String, BTreeSet<String>>>,
}

#[allow(clippy::unnecessary_wraps, reason = "None is read, not made")]
fn none_seen<T: Default>() -> Option<T> {
    Some(T::default())
}

/// `all` stands for every kind.
fn spelled_out(kinds: &BTreeSet<String>) -> BTreeSet<String> {
    if kinds.contains("all") {
        Access::ALL.into_iter().map(name_of).collect()
    } else {
        kinds.clone()
    }
}

fn name_of(access: Access) -> String {
    let name = serde_json::to_value(access).expect("a name");
    name.as_str().unwrap_or_default().to_owned()
}

fn observed() -> Observed {
    serde_json::from_str(include_str!("data/locks/observed.json")).expect("observed.json is whole")
}

/// What is predicted for the statements of a form, in a database that was set up as on the server.
fn predicted(observed: &Observed, form: &Form, version: Version) -> Vec<StatementReport> {
    let mut before = observed.schema.clone();
    for statement in &form.setup {
        writeln!(before, "{statement};").expect("a string takes all");
    }
    let mut text = String::new();
    // The servers of these observations ran with a time zone that is not UTC.
    writeln!(text, "SET timezone = 'Europe/Berlin';").expect("a string takes all");
    for statement in form.session.iter().chain(&form.sql) {
        writeln!(text, "{statement};").expect("a string takes all");
    }
    let mode = if form.in_transaction {
        TransactionMode::PerFile
    } else {
        TransactionMode::None
    };
    let history = vec![
        migration("before.sql", &before, TransactionMode::PerStatement, false),
        migration("form.sql", &text, mode, true),
    ];
    let mut judged = judged(history, version);
    let report = judged.migrations.pop().expect("the form is reported");
    report.statements
}

/// Everything in which prediction and observation differ, in words.
fn differences(statements: &[StatementReport], seen: &Behaviour) -> Vec<String> {
    let mut found = Vec::new();
    if statements.iter().any(|statement| !statement.known) {
        found.push("unknown statement".to_owned());
    }
    let mut predictions = statements
        .iter()
        .filter_map(|statement| statement.prediction.as_deref());
    let effects: Vec<&Effect> = predictions
        .clone()
        .flat_map(|prediction| &prediction.effects)
        .filter(|effect| effect.age == Age::Earlier)
        .collect();
    let mut locks: BTreeMap<&str, LockMode> = BTreeMap::new();
    for effect in &effects {
        let weak = effect.lock < LockMode::ShareUpdateExclusive;
        if !(effect.kind == RelationKind::Index && weak) {
            let lock = locks.entry(&effect.relation).or_insert(effect.lock);
            *lock = (*lock).max(effect.lock);
        }
    }
    let strong = |(name, lock): &(&String, &LockMode)| {
        !(seen.indexes.contains(*name) && **lock < LockMode::ShareUpdateExclusive)
    };
    let seen_locks: BTreeMap<&str, LockMode> = seen
        .locks
        .iter()
        .filter(strong)
        .map(|(name, lock)| (name.as_str(), *lock))
        .collect();
    compare("locks", &locks, &seen_locks, &mut found);
    let worked = |wanted: &dyn Fn(&Effect) -> bool| -> BTreeSet<&str> {
        let matching = effects.iter().filter(|effect| wanted(effect));
        matching.map(|effect| effect.relation.as_str()).collect()
    };
    let is_index = |effect: &Effect| effect.kind == RelationKind::Index;
    // A new file without a single row read is an empty one: TRUNCATE does no work.
    let emptied = seen.scans.as_ref().is_some_and(BTreeSet::is_empty);
    if !emptied {
        let rewrites = worked(&|effect| effect.work == Work::Rewrite && !is_index(effect));
        compare("rewrites", &rewrites, &borrowed(&seen.rewrites), &mut found);
        let rebuilds = worked(&|effect| effect.work == Work::IndexBuild && is_index(effect));
        compare("rebuilds", &rebuilds, &borrowed(&seen.rebuilds), &mut found);
    }
    if let Some(scans) = &seen.scans {
        let scanned = worked(&|effect| {
            // INSERT writes rows without reading the table.
            let reads = effect.work != Work::RowWrites || effect.blocks.contains(&Access::Update);
            effect.work > Work::None && reads && !is_index(effect) && effect.relation != UNPROBED
        });
        compare("scans", &scanned, &borrowed(scans), &mut found);
    }
    let mut waits: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    if let Some(prediction) = predictions.next_back() {
        // Probed were the two tables that are always there, and what had to do with the statement.
        let everywhere = [Access::CreateIndexConcurrently];
        let probed = |name: &str| {
            name != UNPROBED
                && (["t", "p"].contains(&name)
                    || seen.locks.contains_key(name)
                    || prediction
                        .waits
                        .get(name)
                        .is_some_and(|list| list[..] != everywhere))
        };
        let waiting = prediction
            .waits
            .iter()
            .filter(|(name, list)| probed(name) && !list.is_empty());
        for (relation, list) in waiting {
            let names = list.iter().copied().map(name_of);
            waits.insert(relation, names.collect());
        }
    }
    if let Some(seen) = &seen.waits {
        let probed = seen.iter().filter(|(name, _)| *name != UNPROBED);
        let seen: BTreeMap<&str, BTreeSet<String>> = probed
            .map(|(name, kinds)| (name.as_str(), spelled_out(kinds)))
            .collect();
        compare("waits", &waits, &seen, &mut found);
    }
    found
}

fn borrowed(names: &BTreeSet<String>) -> BTreeSet<&str> {
    names.iter().map(String::as_str).collect()
}

fn compare<T: PartialEq + std::fmt::Debug>(
    what: &str,
    ours: &T,
    seen: &T,
    found: &mut Vec<String>,
) {
    if ours != seen {
        found.push(format!("{what}: predicted {ours:?}, observed {seen:?}"));
    }
}

#[test]
fn predictions_are_what_servers_showed() {
    let observed = observed();
    let mut report = String::new();
    let mut names = String::new();
    let mut right = 0;
    for form in &observed.forms {
        let mut wrong = BTreeSet::new();
        for seen in form.results.iter().filter(|seen| seen.error.is_none()) {
            for version in seen
                .versions
                .iter()
                .filter_map(|major| Version::new(*major))
            {
                let statements = predicted(&observed, form, version);
                for difference in differences(&statements, seen) {
                    wrong.insert(difference);
                }
            }
        }
        if wrong.is_empty() {
            right += 1;
            continue;
        }
        let aspects: BTreeSet<&str> = wrong
            .iter()
            .map(|difference| difference.split(':').next().unwrap_or_default())
            .collect();
        let aspects: Vec<&str> = aspects.into_iter().collect();
        writeln!(names, "{} | {}", form.form, aspects.join(", ")).expect("a string takes all");
        writeln!(report, "{} {:?}", form.form, form.sql).expect("a string takes all");
        for difference in wrong {
            writeln!(report, "    {difference}").expect("a string takes all");
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/locks/not-yet.txt");
    if std::env::var_os("MIG_LINT_BLESS").is_some() {
        std::fs::write(path, &names).expect("the list can be written");
    }
    let listed = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        names,
        listed,
        "{right} of {} forms are predicted right; the others:\n{report}",
        observed.forms.len()
    );
}
