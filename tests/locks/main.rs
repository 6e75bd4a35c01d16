//! Predicted locks, work and waits are those that live servers showed; forms where they are not yet are listed with what is wrong, and the list is exact.

#[path = "../common/mod.rs"]
mod common;
mod form;
mod names;
mod rows;

use common::{judged, migration};
use form::{Behaviour, Form, Observed, UNPROBED, name_of, observed, spelled_out};
use mig_lint::effects::{Age, Effect, Reason, Work};
use mig_lint::engine::StatementReport;
use mig_lint::ir::RelationKind;
use mig_lint::postgres::{Access, LockMode, Version};
use mig_lint::source::TransactionMode;
use names::{dropped, first_names};
use rows::{touches_rows, wanted_rows};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What is predicted for the statements of a form, in a database that was set up as on the server.
fn predicted(observed: &Observed, form: &Form, version: Version) -> Vec<StatementReport> {
    let mut before = observed.schema.clone();
    let base = form.base.iter().flat_map(|base| &observed.bases[base]);
    for statement in base.chain(&form.setup).chain(&form.interrupted) {
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

/// Without what ROLLBACK TO SAVEPOINT undoes.
fn lasting<'a>(
    form: &Form,
    statements: &'a [StatementReport],
) -> Vec<(usize, &'a StatementReport)> {
    let own = statements.iter().skip(statements.len() - form.sql.len());
    let rolls_back = |sql: &String| sql.starts_with("ROLLBACK TO");
    // Every form that rolls back begins with its savepoint.
    let undone = form.sql.iter().rposition(rolls_back).map_or(0, |at| at + 1);
    own.enumerate().skip(undone).collect()
}

/// Everything in which prediction and observation differ, in words.
#[allow(clippy::too_many_lines, reason = "one comparison after the other")]
fn differences(form: &Form, statements: &[StatementReport], seen: &Behaviour) -> Vec<String> {
    let mut found = Vec::new();
    let statements = lasting(form, statements);
    let names = first_names(form, &statements);
    let dropped = dropped(form, &names.now);
    let name_of_relation = |effect: &Effect| names.by_id[&effect.id].clone();
    if statements.iter().any(|(_, statement)| !statement.known) {
        found.push("unknown statement".to_owned());
    }
    let mut predictions = statements
        .iter()
        .filter_map(|(_, statement)| statement.prediction.as_deref());
    let effects: Vec<(String, &Effect)> = predictions
        .clone()
        .flat_map(|prediction| &prediction.effects)
        .filter(|effect| effect.age == Age::Earlier)
        .map(|effect| (name_of_relation(effect), &**effect))
        .collect();
    let mut locks: BTreeMap<String, LockMode> = BTreeMap::new();
    for (name, effect) in &effects {
        let weak = effect.lock < LockMode::ShareUpdateExclusive;
        if !(effect.kind == RelationKind::Index && weak) {
            let lock = locks.entry(name.clone()).or_insert(effect.lock);
            *lock = (*lock).max(effect.lock);
        }
    }
    let strong = |(name, lock): &(&String, &LockMode)| {
        !(seen.indexes.contains(*name) && **lock < LockMode::ShareUpdateExclusive)
    };
    let seen_locks: BTreeMap<String, LockMode> = seen
        .locks
        .iter()
        .filter(strong)
        .map(|(name, lock)| (name.clone(), *lock))
        .collect();
    compare("locks", &locks, &seen_locks, &mut found);
    let worked = |wanted: &dyn Fn(&Effect) -> bool| -> BTreeSet<String> {
        let matching = effects.iter().filter(|(_, effect)| wanted(effect));
        matching.map(|(name, _)| name.clone()).collect()
    };
    let is_index = |effect: &Effect| effect.kind == RelationKind::Index;
    // A new file without a single row read is an empty one: TRUNCATE does no work.
    let emptied = form.sql.iter().any(|sql| sql.starts_with("TRUNCATE"))
        || form.sql.iter().any(|sql| sql.ends_with("WITH NO DATA"));
    if !emptied {
        let rewrites = worked(&|effect| effect.work == Work::Rewrite && !is_index(effect));
        let seen_rewrites: BTreeSet<String> = seen.rewrites.difference(&dropped).cloned().collect();
        compare("rewrites", &rewrites, &seen_rewrites, &mut found);
        let rebuilds = worked(&|effect| effect.work == Work::IndexBuild && is_index(effect));
        let seen_rebuilds: BTreeSet<String> = seen.rebuilds.difference(&dropped).cloned().collect();
        compare("rebuilds", &rebuilds, &seen_rebuilds, &mut found);
    }
    if let Some(scans) = &seen.scans {
        let conditional = form.sql.iter().any(|sql| {
            sql.contains(" WHERE ") || sql.starts_with("CALL") || sql.starts_with("MERGE")
        });
        // What is read by pages leaves no trace in the counters of rows: VACUUM, and a copy of the file, which shows as a rewrite.
        // With a condition it is the planner's choice whether rows are found by an index.
        let untraced = |effect: &Effect| {
            let by_pages = [Reason::Maintenance, Reason::Storage];
            let parts = effect.parts.iter().filter(|part| part.work > Work::None);
            parts.clone().all(|part| by_pages.contains(&part.reason))
                || conditional && effect.work == Work::RowWrites
        };
        let mut left_out = worked(&|effect| effect.work > Work::None && untraced(effect));
        left_out.extend(worked(&|effect| {
            effect.work == Work::Rewrite && effect.kind == RelationKind::MaterializedView
        }));
        left_out.extend(form.small.iter().cloned());
        left_out.extend(dropped);
        left_out.insert(UNPROBED.to_owned());
        let scanned = worked(&|effect| {
            // INSERT writes rows without reading the table.
            let queried = effect
                .parts
                .iter()
                .any(|part| part.reason == Reason::Query && part.work == Work::Scan);
            let reads = queried
                || effect.work != Work::RowWrites
                || effect.blocks.contains(&Access::Update);
            effect.work > Work::None && reads && !is_index(effect)
        });
        // A query may find what it wants in an index alone.
        let by_index = ["JOIN", "max(", "COPY (", "MERGE", "(SELECT", " WHERE "];
        let may_use_index = |sql: &String| by_index.iter().any(|word| sql.contains(word));
        if form.sql.iter().any(may_use_index) {
            let queried = worked(&|effect| {
                let parts = effect.parts.iter().filter(|part| part.work > Work::None);
                parts.clone().all(|part| part.reason == Reason::Query)
            });
            left_out.extend(queried.difference(scans).cloned());
        }
        let scanned: BTreeSet<&String> = scanned.difference(&left_out).collect();
        let seen: BTreeSet<&String> = scans.difference(&left_out).collect();
        compare("scans", &scanned, &seen, &mut found);
    }
    let mut waits: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if let Some(prediction) = predictions.next_back() {
        let foreign = |name: &str| {
            let mut all = effects.iter();
            all.any(|(_, effect)| {
                effect.relation == name && effect.kind == RelationKind::ForeignTable
            })
        };
        // Probed were the two tables that are always there, and what had to do with the statement.
        let everywhere = [Access::CreateIndexConcurrently];
        let probed = |name: &str| {
            // Nothing can be asked of a foreign table that has no server.
            name != UNPROBED
                && !foreign(name)
                && (["t", "p"].contains(&name)
                    || seen.locks.contains_key(name)
                    || prediction
                        .waits
                        .get(name)
                        .is_some_and(|list| list[..] != everywhere))
        };
        // CREATE INDEX CONCURRENTLY is refused on a partitioned table: nobody waited there for an index of a partition.
        let attaches = form.sql.iter().any(|sql| sql.starts_with("ALTER INDEX"));
        let refused = |name: &str| attaches && ["pt", "ev"].contains(&name);
        let waiting = prediction
            .waits
            .iter()
            .filter(|(name, list)| probed(name) && !list.is_empty());
        for (relation, list) in waiting {
            let kinds = list
                .iter()
                .copied()
                .filter(|access| !(refused(relation) && everywhere == [*access]))
                .map(name_of);
            let relation = names.now.get(relation).unwrap_or(relation);
            waits.insert(relation.clone(), kinds.collect());
        }
    }
    if let Some(seen) = &seen.waits {
        let probed = seen.iter().filter(|(name, _)| *name != UNPROBED);
        let mut seen: BTreeMap<String, BTreeSet<String>> = probed
            .map(|(name, kinds)| {
                let bare = name.rsplit('.').next().unwrap_or(name);
                (bare.to_owned(), spelled_out(kinds))
            })
            .collect();
        if touches_rows(form) {
            for (name, kinds) in &mut waits {
                let there = seen.get(name).cloned().unwrap_or_default();
                wanted_rows(form, name, kinds, &there);
            }
            waits.retain(|_, kinds| !kinds.is_empty());
        }
        if !form.held_by.is_empty() {
            // Who waits for the older transactions that the statement waits for did not where those hold no snapshot.
            for (name, kinds) in &mut waits {
                let there = seen.get(name);
                let cic = "create-index-concurrently";
                if there.is_none_or(|seen| !seen.contains(cic)) {
                    kinds.remove(cic);
                }
            }
            waits.retain(|_, kinds| !kinds.is_empty());
            let strangers = |name: &String| !waits.contains_key(name);
            let holder = BTreeSet::from(["create-index-concurrently".to_owned()]);
            let seen_only: Vec<String> = seen.keys().filter(|n| strangers(n)).cloned().collect();
            for name in seen_only {
                if seen[&name] == holder {
                    seen.remove(&name);
                }
            }
        }
        compare("waits", &waits, &seen, &mut found);
    }
    found
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
                for difference in differences(form, &statements, seen) {
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
