//! What the page shows, in the words and numbers that it shows: the template only places them.

use super::strip;
use crate::effects::Work;
use crate::postgres::{Access, LockMode};
use crate::prove::{
    CaseReport, ClaimReport, FindingReport, Lane, Outcome, OutcomeKind, Part, Prediction, Proof,
    Ride, StepReport, Trouble, Verdict,
};
use crate::report::look::grouped;
use crate::report::proof_words::{
    NOTICEABLE, named_waits, predicted, predictions, seconds, strongest,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// About how many marks an axis has.
const MARKS: f64 = 5.0;

#[derive(Serialize)]
pub(super) struct Page {
    title: String,
    verdict: &'static str,
    predictions: String,
    server: String,
    outcomes: Vec<OutcomeView>,
}

#[derive(Serialize)]
struct OutcomeView {
    name: String,
    kind: &'static str,
    verdict: &'static str,
    reason: String,
    cases: Vec<CaseView>,
    findings: Vec<FindingView>,
    claims: Vec<ClaimView>,
}

#[derive(Serialize)]
struct FindingView {
    rule: String,
    message: String,
    place: String,
    verdict: &'static str,
    reason: String,
}

#[derive(Serialize)]
struct CaseView {
    name: String,
    verdict: &'static str,
    reason: String,
    readers: String,
    writers: String,
    /// Whether anybody would have noticed.
    noticed: bool,
    tables: String,
    migrations: Vec<MigrationView>,
}

#[derive(Serialize)]
struct MigrationView {
    /// Nobody would have noticed it: shown closed.
    calm: bool,
    duration: String,
    marks: Vec<Mark>,
    statements: Vec<StatementView>,
    tables: Vec<TableView>,
}

/// A place on the axis, in percent.
#[derive(Serialize)]
struct Mark {
    at: String,
    label: String,
}

#[derive(Serialize)]
struct StatementView {
    line: usize,
    sql: String,
    bar: String,
    duration: String,
    /// How long it was predicted to take.
    predicted: String,
    lock: &'static str,
    /// Whom the strongest lock stops: `reads`, `writes`, or nobody.
    stops: &'static str,
    flagged: bool,
    facts: Vec<Fact>,
    /// Whether it did what was predicted, in words.
    came_true: &'static str,
    mismatch: String,
    troubles: Vec<TroubleView>,
}

/// A line of details.
#[derive(Serialize)]
struct Fact {
    key: &'static str,
    value: String,
}

#[derive(Serialize)]
struct TroubleView {
    what: &'static str,
    sql: String,
    sqlstate: String,
    message: String,
}

#[derive(Serialize)]
struct TableView {
    name: String,
    lanes: Vec<LaneView>,
}

#[derive(Serialize)]
struct LaneView {
    access: &'static str,
    served: String,
    waited: String,
    longest: String,
    noticed: bool,
}

#[derive(Serialize)]
struct ClaimView {
    text: String,
    verdict: &'static str,
    expected: bool,
    observed: String,
}

/// The page of a proof.
pub(super) fn page(proof: &Proof) -> Page {
    let all = proof.results.len();
    let expected = proof
        .results
        .iter()
        .filter(|outcome| outcome.as_expected())
        .count();
    let worst = proof.results.iter().map(headline).max();
    let title = match proof.results.as_slice() {
        [only] => only.name.clone(),
        _ => format!("{expected} of {all} came out as expected"),
    };
    let owner = if proof.private {
        "a private server"
    } else {
        "your server"
    };
    Page {
        title,
        verdict: worst.unwrap_or(Verdict::Inconclusive).name(),
        predictions: predictions(proof.tally()),
        server: format!(
            "PostgreSQL {}, {owner}, {} rows",
            proof.server_version,
            grouped(proof.rows)
        ),
        outcomes: proof.results.iter().map(outcome).collect(),
    }
}

/// The verdict, but where claims or predictions are wrong that it says nothing of.
fn headline(outcome: &Outcome) -> Verdict {
    if outcome.verdict == Verdict::Proven && !outcome.as_expected() {
        return Verdict::Refuted;
    }
    outcome.verdict
}

fn outcome(outcome: &Outcome) -> OutcomeView {
    OutcomeView {
        name: outcome.name.clone(),
        kind: match outcome.kind {
            OutcomeKind::Rule => "rule",
            OutcomeKind::Fixture => "fixture",
            OutcomeKind::Path => "path",
        },
        verdict: outcome.verdict.name(),
        reason: outcome.reason.clone(),
        cases: outcome.cases.iter().map(case).collect(),
        findings: outcome.findings.iter().map(finding).collect(),
        claims: outcome.claims.iter().map(claim).collect(),
    }
}

fn finding(found: &FindingReport) -> FindingView {
    FindingView {
        rule: found.rule.clone(),
        message: found.message.clone(),
        place: format!("{}:{}", found.path, found.line),
        verdict: found.verdict.name(),
        reason: found.reason.clone(),
    }
}

fn case(case: &CaseReport) -> CaseView {
    let lanes = || case.rides.iter().flat_map(|ride| &ride.lanes);
    let longest = |reads: bool| {
        lanes()
            .filter(|lane| (lane.access == Access::Select) == reads)
            .map(Lane::longest)
            .fold(0.0, f64::max)
    };
    let (readers, writers) = (longest(true), longest(false));
    let tables = case
        .tables
        .iter()
        .map(|(table, rows)| format!("{table} {}", grouped(*rows)));
    CaseView {
        name: case.case.clone(),
        verdict: case.verdict.name(),
        reason: case.reason.clone(),
        readers: wait(readers),
        writers: wait(writers),
        noticed: readers.max(writers) >= NOTICEABLE,
        tables: tables.collect::<Vec<_>>().join(", "),
        migrations: migrations(case),
    }
}

/// The rides, then whatever was seen of statements that no ride has come to.
fn migrations(case: &CaseReport) -> Vec<MigrationView> {
    let mut views: Vec<MigrationView> = case
        .rides
        .iter()
        .map(|ride| migration(ride, &case.steps))
        .collect();
    let ridden: BTreeSet<usize> = case
        .rides
        .iter()
        .flat_map(|ride| &ride.statements)
        .map(|part| part.step)
        .collect();
    let others = case
        .steps
        .iter()
        .enumerate()
        .filter(|(at, _)| !ridden.contains(at));
    let statements: Vec<StatementView> = others.map(|(_, step)| statement(None, step)).collect();
    if !statements.is_empty() {
        views.push(MigrationView {
            calm: false,
            duration: String::new(),
            marks: Vec::new(),
            statements,
            tables: Vec::new(),
        });
    }
    views
}

fn migration(ride: &Ride, steps: &[StepReport]) -> MigrationView {
    let mut tables: BTreeMap<&str, Vec<LaneView>> = BTreeMap::new();
    for one in &ride.lanes {
        tables
            .entry(&one.label)
            .or_default()
            .push(lane(one, ride.seconds));
    }
    let statements = ride
        .statements
        .iter()
        .filter_map(|part| Some(statement(Some((part, ride.seconds)), steps.get(part.step)?)));
    MigrationView {
        calm: ride.lanes.iter().all(|lane| lane.longest() < NOTICEABLE),
        duration: seconds(ride.end - ride.start),
        marks: marks(ride.seconds),
        statements: statements.collect(),
        tables: tables
            .into_iter()
            .map(|(name, lanes)| TableView {
                name: name.to_owned(),
                lanes,
            })
            .collect(),
    }
}

fn lane(lane: &Lane, total: f64) -> LaneView {
    LaneView {
        access: lane.access.sql_name(),
        served: strip::served(lane, total),
        waited: strip::waited(lane, total),
        longest: wait(lane.longest()),
        noticed: lane.longest() >= NOTICEABLE,
    }
}

/// A statement; where a ride came to it, with the time that it ran in.
fn statement(ran: Option<(&Part, f64)>, step: &StepReport) -> StatementView {
    let lock = strongest(step);
    let stops = lock.map_or("", |lock| {
        if Access::Select.waits_for(lock) {
            "reads"
        } else if Access::Insert.waits_for(lock) {
            "writes"
        } else {
            ""
        }
    });
    let trouble = |what, trouble: &Trouble| TroubleView {
        what,
        sql: trouble.sql.clone(),
        sqlstate: trouble.sqlstate.clone(),
        message: trouble.message.clone(),
    };
    let failed = step.error.iter().map(|error| trouble("fails", error));
    let broke = step.broke.iter().map(|broken| trouble("breaks", broken));
    StatementView {
        line: step.line,
        sql: step.sql.trim().to_owned(),
        bar: ran.map_or_else(String::new, |(part, total)| {
            strip::bar(part.start, part.end, total)
        }),
        duration: ran.map_or_else(
            || "did not run at scale".to_owned(),
            |(part, _)| seconds(part.end - part.start),
        ),
        predicted: ran.and_then(|_| predicted(step)).unwrap_or_default(),
        lock: lock.map_or("", LockMode::sql_name),
        stops,
        flagged: step.flagged,
        facts: facts(step),
        came_true: came_true(step),
        mismatch: step.mismatch.clone().unwrap_or_default(),
        troubles: failed.chain(broke).collect(),
    }
}

fn came_true(step: &StepReport) -> &'static str {
    match step.prediction {
        Prediction::Mismatch => "predicted ≠ observed",
        Prediction::Match if step.error.is_some() => "it failed",
        Prediction::Match if !step.is_tried() => "not tried",
        Prediction::Match => "predicted = observed",
    }
}

/// What was seen of a statement, beside how long others waited.
fn facts(step: &StepReport) -> Vec<Fact> {
    let locks = step
        .locks
        .iter()
        .map(|held| format!("{} {}", held.relation, held.lock.sql_name()));
    let work = step
        .effects
        .iter()
        .filter_map(|effect| Some(format!("{} of {}", work(effect.work)?, effect.relation)));
    let facts = [
        ("locks", locks.collect::<Vec<_>>().join(", ")),
        ("work", work.collect::<Vec<_>>().join(", ")),
        ("new files", step.rewrites.join(", ")),
        ("kept waiting", named_waits(&step.waits)),
        ("queued behind it", named_waits(&step.queues)),
        ("unclear", step.unclear.join(", ")),
        ("how", how(step)),
    ];
    let told = facts.into_iter().filter(|(_, value)| !value.is_empty());
    told.map(|(key, value)| Fact { key, value }).collect()
}

/// What was special about looking at it.
fn how(step: &StepReport) -> String {
    let notes = [
        (
            step.sampled,
            "locks were sampled from outside: no transaction can hold it",
        ),
        (
            step.unprobed,
            "it was over before anybody could be tried beside it",
        ),
        (
            step.gave_up,
            "behind an open transaction it gave up by its lock_timeout",
        ),
    ];
    let told = notes
        .into_iter()
        .filter(|(so, _)| *so)
        .map(|(_, note)| note);
    told.collect::<Vec<_>>().join("; ")
}

fn work(work: Work) -> Option<&'static str> {
    match work {
        Work::None => None,
        Work::Scan => Some("scan"),
        Work::RowWrites => Some("row writes"),
        Work::IndexBuild => Some("index build"),
        Work::Rewrite => Some("rewrite"),
    }
}

fn claim(claim: &ClaimReport) -> ClaimView {
    ClaimView {
        text: claim.text.clone(),
        verdict: claim.verdict.name(),
        expected: claim.verdict == claim.expected,
        observed: claim.observed.clone(),
    }
}

/// `waited 440 ms`, however short, or `went on`.
fn wait(longest: f64) -> String {
    if longest > 0.0 {
        format!("waited {}", seconds(longest))
    } else {
        "went on".to_owned()
    }
}

/// Round moments along the axis.
fn marks(total: f64) -> Vec<Mark> {
    if total <= 0.0 {
        return Vec::new();
    }
    let power = 10_f64.powf((total / MARKS).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|factor| factor * power)
        .into_iter()
        .find(|step| total / step <= MARKS + 1.0)
        .unwrap_or(total);
    let mut marks = Vec::new();
    let mut at = 0.0;
    // The last would stand across the edge.
    while at <= total * 0.9 {
        let label = if at == 0.0 {
            "0".to_owned()
        } else {
            seconds(at)
        };
        marks.push(Mark {
            at: format!("{:.2}", at / total * 100.0),
            label,
        });
        at += step;
    }
    marks
}
