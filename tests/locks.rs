//! Predicted locks, work and waits are those that live servers showed; forms where they are not yet are listed with what is wrong, and the list is exact.

mod common;

use common::{judged, migration};
use mig_lint::effects::{Age, Effect, Reason, Work};
use mig_lint::engine::StatementReport;
use mig_lint::ir::RelationKind;
use mig_lint::postgres::{Access, LockMode, Version};
use mig_lint::schema::RelationId;
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
    /// A statement that gave up in its middle, after the setup.
    #[serde(default)]
    interrupted: Option<String>,
    #[serde(default)]
    held_by: Vec<String>,
    /// Tables with so few rows that no scan of them shows.
    #[serde(default)]
    small: BTreeSet<String>,
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
    for statement in form.setup.iter().chain(&form.interrupted) {
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

/// What relations were called when the form first touched them.
#[derive(Default)]
struct FirstNames {
    by_id: BTreeMap<RelationId, String>,
    /// By what they are called while the last statement runs.
    now: BTreeMap<String, String>,
}

fn first_names(form: &Form, statements: &[(usize, &StatementReport)]) -> FirstNames {
    let mut names = FirstNames::default();
    for (nth, (at, statement)) in statements.iter().enumerate() {
        for effect in effects(statement) {
            let name = full_name(effect);
            let first = names.by_id.entry(effect.id).or_insert_with(|| name.clone());
            names.now.insert(name, first.clone());
        }
        let words: Vec<&str> = form.sql[*at].split_whitespace().collect();
        if let (["ALTER", "TABLE", from, "RENAME", "TO", to], true) =
            (&words[..], nth + 1 < statements.len())
        {
            let first = names
                .now
                .remove(*from)
                .unwrap_or_else(|| (*from).to_owned());
            names.now.insert((*to).to_owned(), first);
        }
    }
    names
}

fn effects(statement: &StatementReport) -> &[Effect] {
    let prediction = statement.prediction.as_deref();
    prediction.map_or(&[], |prediction| &prediction.effects)
}

/// With its schema, where that is not `public`.
fn full_name(effect: &Effect) -> String {
    match effect.schema.as_deref() {
        None | Some("public") => effect.relation.clone(),
        Some(schema) => format!("{schema}.{}", effect.relation),
    }
}

/// What the form drops: what it was is gone from the server's counters, and a namesake may have taken its place.
fn dropped(form: &Form, names: &BTreeMap<String, String>) -> BTreeSet<String> {
    let kinds = ["DROP TABLE ", "DROP INDEX ", "DROP MATERIALIZED VIEW "];
    let drops = form.sql.iter().filter_map(|sql| {
        let mut kinds = kinds.iter();
        kinds.find_map(|kind| sql.strip_prefix(kind))
    });
    let names_of = drops.map(|name| name.trim_end_matches(" CASCADE"));
    names_of
        .map(|name| names.get(name).map_or(name, String::as_str).to_owned())
        .collect()
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
        .map(|effect| (name_of_relation(effect), effect))
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
        let by_index = ["JOIN", "max(", "COPY (", "MERGE", "(SELECT"];
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
        let grants = ["GRANT", "REVOKE"];
        let privileges = grants.iter().any(|word| form.sql[0].starts_with(word));
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
                    || !privileges
                        && prediction
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
            // The transaction that holds the statement up is waited for too, and the statement has not come to its end.
            waits.retain(|name, kinds| {
                let there = seen.get(name);
                kinds.retain(|kind| there.is_some_and(|seen| seen.contains(kind)));
                !kinds.is_empty()
            });
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

/// Whether a statement reaches some rows and not others, of which a probe may or may not have wanted one.
fn touches_rows(form: &Form) -> bool {
    const WORDS: [&str; 7] = [
        " WHERE ", "VALUES", "USING", "INSERT ", "FOR ", "EXECUTE ", "pid=",
    ];
    let rows = [
        "INSERT", "UPDATE", "DELETE", "MERGE", "SELECT", "WITH", "DO", "CALL", "EXPLAIN", "EXECUTE",
    ];
    let statement = |sql: &String| {
        rows.iter().any(|word| sql.starts_with(word)) && WORDS.iter().any(|word| sql.contains(word))
    };
    form.sql.iter().any(statement)
}

/// Predicted is who waits for rows without a word of which; each probe wanted a certain one (README.md). SELECT FOR UPDATE alone is predicted where a statement
/// names single rows, and stands for everybody who wants those: the probe that did must have waited, and no other. Where a condition leaves out rows that
/// nobody can tell, nobody must have waited who is not predicted.
fn wanted_rows(form: &Form, name: &str, kinds: &mut BTreeSet<String>, seen: &BTreeSet<String>) {
    let rows = ["select-for-update", "update", "delete"].map(str::to_owned);
    let rows = BTreeSet::from(rows);
    let predicted: BTreeSet<String> = kinds.intersection(&rows).cloned().collect();
    let there: BTreeSet<String> = seen.intersection(&rows).cloned().collect();
    let single = predicted.len() == 1 && predicted.contains("select-for-update");
    let loops = form.sql.iter().any(|sql| sql.starts_with("DO "));
    let expected = match named_row(form, name) {
        Some(row) if single => wanted_by(name, row),
        _ if single && (there.len() <= 1 || loops) => there,
        _ => predicted.intersection(&there).cloned().collect(),
    };
    kinds.retain(|kind| !rows.contains(kind));
    kinds.extend(expected);
}

/// The probe that wanted the row of this `id`.
fn wanted_by(table: &str, row: u32) -> BTreeSet<String> {
    let last = match table {
        "p" => 999,
        "customers" | "ev" | "ev_1" | "ev_2" => 1999,
        _ => 2999,
    };
    let probe = match row {
        3 => "update",
        4 => "select-for-update",
        row if row == last => "delete",
        _ => return BTreeSet::new(),
    };
    BTreeSet::from([probe.to_owned()])
}

/// The row that the last statement names by `id = 4`, if it is one of this table.
fn named_row(form: &Form, table: &str) -> Option<u32> {
    let sql = form.sql.last()?;
    let from = ["UPDATE ", "DELETE FROM ", " FROM "];
    let mut targets = from.iter().filter_map(|word| sql.split_once(word));
    let (_, rest) = targets.next()?;
    let about = rest.split_whitespace().next() == Some(table);
    let (_, condition) = sql.split_once("WHERE id")?;
    let value = condition.trim_start().strip_prefix('=')?.trim_start();
    let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|_| about)
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
