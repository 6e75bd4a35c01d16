//! For people at a terminal: a timeline of each migration, who waited beside it, and what that proves.

use super::look::{Look, count, grouped, one_line, pad};
use super::proof_words::{NOTICEABLE, predicted, predictions, seconds, strongest};
use crate::finding::Level;
use crate::postgres::{Access, LockMode};
use crate::prove::{
    CaseReport, ClaimReport, FindingReport, Lane, Outcome, Proof, Ride, Showing, StepReport, Tally,
    Verdict,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Columns in front of a strip, and behind it.
const BEFORE: usize = 4 + LABEL + 2;
const BEHIND: usize = 2 + 18;
const LABEL: usize = 22;

/// All outcomes, then how it ended.
#[must_use]
pub fn proof_human(proof: &Proof, look: Look) -> String {
    let outcomes = proof
        .results
        .iter()
        .map(|outcome| proof_outcome(outcome, look));
    outcomes.collect()
}

/// One outcome: a case after the other, then the claims.
#[must_use]
pub fn proof_outcome(outcome: &Outcome, look: Look) -> String {
    let mut text = format!(
        "{} {}\n",
        look.bold(&outcome.name),
        verdict(outcome.verdict, look)
    );
    for case in &outcome.cases {
        text.push_str(&self::case(case, look));
    }
    for found in &outcome.findings {
        text.push_str(&finding(found, look));
    }
    for found in &outcome.claims {
        text.push_str(&claim(found, look));
    }
    text.push('\n');
    text
}

/// `6 of 6 proven, predicted = observed in 61 of 61 statements (PostgreSQL 16.14, 1,000,000 rows), 41 s`
#[must_use]
pub fn proof_summary(proof: &Proof, elapsed: Duration, look: Look) -> String {
    let all = proof.results.len();
    let proven = proof
        .results
        .iter()
        .filter(|outcome| outcome.verdict == Verdict::Proven)
        .count();
    let tally = proof.tally();
    let mut line = format!("{proven} of {all} proven, {}", predictions(tally));
    if proven < all || tally.right < tally.all {
        line = look.danger(&line);
    }
    let server = if proof.private {
        "private server"
    } else {
        "your server"
    };
    format!(
        "{}{line}\n{}\n",
        table(&proof.results, look),
        look.dim(&format!(
            "PostgreSQL {} ({server}), {} rows, {}",
            proof.server_version,
            grouped(proof.rows),
            seconds(elapsed.as_secs_f64())
        ))
    )
}

/// All outcomes in a table, where there are several: the verdict, statements predicted right, claims that hold and that do not.
fn table(results: &[Outcome], look: Look) -> String {
    let mut text = String::new();
    if results.len() < 2 {
        return text;
    }
    let width = results.iter().map(|outcome| outcome.name.width()).max();
    let width = width.unwrap_or_default();
    for outcome in results {
        let Tally { all, right, .. } = outcome.tally();
        let hold = outcome
            .claims
            .iter()
            .filter(|claim| claim.verdict == Verdict::Proven)
            .count();
        let claims = match (hold, outcome.claims.len() - hold) {
            (0, 0) => String::new(),
            (hold, 0) => format!("{} true", count(hold, "claim")),
            (0, not) => format!("{} false", count(not, "claim")),
            (hold, not) => format!("{} true, {not} false", count(hold, "claim")),
        };
        let name = pad(&outcome.name, width);
        let found = pad(outcome.verdict.name(), 12);
        let found = found.replacen(outcome.verdict.name(), &verdict(outcome.verdict, look), 1);
        let line = format!("{name}  {found}  predicted {right:>2} of {all:>2}  {claims}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push('\n');
    text
}

fn verdict(verdict: Verdict, look: Look) -> String {
    match verdict {
        Verdict::Proven => look.code(verdict.name()),
        Verdict::Inconclusive => look.caution(verdict.name()),
        Verdict::Refuted => look.danger(verdict.name()),
    }
}

fn case(case: &CaseReport, look: Look) -> String {
    let mut text = String::new();
    let mut parts = vec![format!("  {}: {}", case.case, case.reason)];
    if case.reason.contains("; ") {
        parts = vec![format!("  {}", case.case)];
        let each = case.reason.split("; ");
        parts.extend(each.map(|reason| format!("    {reason}")));
    }
    for part in parts {
        let options = textwrap::Options::new(look.width).subsequent_indent("      ");
        for line in textwrap::wrap(&part, options) {
            let _ = writeln!(text, "{line}");
        }
    }
    for ride in &case.rides {
        text.push_str(&timeline(ride, &case.steps, look));
    }
    text.push_str(&totals(&case.rides, look));
    let long = case.steps.iter().filter(|step| step.seconds >= NOTICEABLE);
    for step in long {
        if let Some(predicted) = predicted(step) {
            let line = format!(
                "    {}: {} of work predicted, took {}",
                step.place(),
                predicted,
                seconds(step.seconds)
            );
            let _ = writeln!(text, "{}", look.dim(&line));
        }
    }
    for step in &case.steps {
        if let Some(mismatch) = &step.mismatch {
            let line = format!("    {}: {mismatch}", step.place());
            let options = textwrap::Options::new(look.width).subsequent_indent("      ");
            for line in textwrap::wrap(&line, options) {
                let _ = writeln!(text, "{}", look.danger(&line));
            }
        }
    }
    text
}

/// A migration with its strips, or in one line where nobody would have noticed it.
pub(super) fn timeline(ride: &Ride, steps: &[StepReport], look: Look) -> String {
    let strips = strips(ride);
    let noticed = strips.iter().any(|strip| strip.longest >= NOTICEABLE);
    let width = look.width.saturating_sub(BEFORE + BEHIND).max(10);
    let mut text = String::new();
    for part in &ride.statements {
        let Some(step) = steps.get(part.step) else {
            continue;
        };
        let taken = seconds(part.end - part.start);
        let behind = if noticed {
            String::new()
        } else {
            format!("{taken:>8}  ")
        };
        let room = look.width.saturating_sub(4 + behind.width());
        let sql = look.clip(&one_line(&step.sql, look.width * 4), room);
        let _ = writeln!(text, "    {}{}", look.dim(&behind), look.code(&sql));
        if !noticed {
            continue;
        }
        let strip = strip(
            width,
            ride.seconds,
            look,
            &[(part.start, part.end)],
            Paint::Runs,
        );
        let _ = writeln!(
            text,
            "    {}  {strip}  {taken:>8}",
            pad(&look.clip(&held(step), LABEL), LABEL)
        );
    }
    if noticed {
        for one in &strips {
            let waits = strip(width, ride.seconds, look, &one.waits, Paint::Waits);
            let waited = format!("{:>8} waited", seconds(one.longest));
            let what = if one.longest >= NOTICEABLE {
                look.danger(&waited)
            } else if one.longest > 0.0 {
                waited
            } else {
                look.dim("         went on")
            };
            let _ = writeln!(
                text,
                "    {}  {waits}  {what}",
                pad(&look.clip(&one.label, LABEL), LABEL)
            );
        }
    }
    text
}

/// The strongest lock, shortly.
fn held(step: &StepReport) -> String {
    strongest(step)
        .map_or("", LockMode::sql_name)
        .to_lowercase()
}

/// One line of a timeline: somebody's requests, and when they waited.
struct Strip {
    label: String,
    waits: Vec<(f64, f64)>,
    longest: f64,
}

/// Reads and writes of each table; writes in one line where they fared alike.
fn strips(ride: &Ride) -> Vec<Strip> {
    let mut tables: BTreeMap<&str, Vec<&Lane>> = BTreeMap::new();
    for lane in &ride.lanes {
        tables.entry(&lane.label).or_default().push(lane);
    }
    let mut strips = Vec::new();
    for (label, lanes) in tables {
        let most = lanes.iter().map(|lane| lane.longest()).fold(0.0, f64::max);
        if most < NOTICEABLE {
            continue;
        }
        let (reads, writes): (Vec<&Lane>, Vec<&Lane>) = lanes
            .into_iter()
            .partition(|lane| lane.access == Access::Select);
        strips.extend((!reads.is_empty()).then(|| joined(label, "reads", &reads)));
        let waited = writes
            .iter()
            .filter(|lane| lane.longest() >= most / 2.0)
            .count();
        // Where only readers waited, or all writers did, one line says it.
        if waited == 0 || waited == writes.len() {
            strips.extend((!writes.is_empty()).then(|| joined(label, "writes", &writes)));
        } else {
            let each = writes
                .iter()
                .map(|lane| joined(label, lane.access.sql_name(), &[lane]));
            strips.extend(each);
        }
    }
    strips
}

fn joined(label: &str, what: &str, lanes: &[&Lane]) -> Strip {
    let samples = lanes.iter().flat_map(|lane| &lane.samples);
    let waits = samples
        .filter(|sample| sample.waited)
        .map(|sample| (sample.start, sample.end));
    Strip {
        label: format!("{label} {what}"),
        waits: waits.collect(),
        longest: lanes.iter().map(|lane| lane.longest()).fold(0.0, f64::max),
    }
}

#[derive(Clone, Copy)]
enum Paint {
    Runs,
    Waits,
}

/// A strip of `width` columns that stand for `total` seconds, painted where one of the stretches falls.
fn strip(width: usize, total: f64, look: Look, stretches: &[(f64, f64)], paint: Paint) -> String {
    let (full, empty) = match (paint, look.unicode) {
        (Paint::Runs, true) => ('█', ' '),
        (Paint::Runs, false) => ('#', ' '),
        (Paint::Waits, true) => ('░', '·'),
        (Paint::Waits, false) => ('=', '.'),
    };
    let mut text = String::new();
    let cell = total / columns(width);
    let painted = |at: usize| {
        let (from, to) = (cell * columns(at), cell * columns(at + 1));
        stretches
            .iter()
            .any(|(start, end)| *start < to && *end > from)
    };
    let mut at = 0;
    while at < width {
        let on = painted(at);
        let mut run = String::new();
        while at < width && painted(at) == on {
            run.push(if on { full } else { empty });
            at += 1;
        }
        text.push_str(&match (paint, on) {
            (Paint::Waits, true) => look.danger(&run),
            (Paint::Waits, false) => look.dim(&run),
            (Paint::Runs, _) => run,
        });
    }
    text
}

#[allow(clippy::cast_precision_loss, reason = "a terminal's columns")]
const fn columns(number: usize) -> f64 {
    number as f64
}

/// A finding, whether it was seen, and by what.
fn finding(found: &FindingReport, look: Look) -> String {
    let word = pad(found.verdict.name(), 11);
    let word = match found.verdict {
        Showing::Seen => look.code(&word),
        Showing::NotTried if found.level == Level::Info => look.dim(&word),
        Showing::NotTried => look.caution(&word),
        Showing::NotSeen => look.danger(&word),
    };
    let place = format!("{}:{}", found.path, found.line);
    let head = format!("{}[{}] {place}", found.level.name(), found.rule);
    let indent = " ".repeat(13);
    let options = textwrap::Options::new(look.width)
        .initial_indent(&indent)
        .subsequent_indent(&indent);
    let reason = textwrap::fill(&found.reason, options);
    format!("  {word}{head}\n{}\n", look.dim(&reason))
}

/// A claim, and under it what speaks against it.
fn claim(found: &ClaimReport, look: Look) -> String {
    let word = pad(found.verdict.name(), 12);
    let word = if found.verdict == found.expected {
        look.dim(&word)
    } else {
        look.danger(&word)
    };
    let indent = " ".repeat(14);
    let options = textwrap::Options::new(look.width)
        .initial_indent(&indent)
        .subsequent_indent(&indent);
    let said = textwrap::fill(&format!("\u{201c}{}\u{201d}", found.text), options.clone());
    let said = if look.unicode {
        said
    } else {
        said.replace(['\u{201c}', '\u{201d}'], "\"")
    };
    let mut text = format!("  {word}{}\n", said.trim_start());
    if found.verdict != Verdict::Proven {
        for line in textwrap::wrap(&found.observed, options) {
            let _ = writeln!(text, "{}", look.dim(&line));
        }
    }
    text
}

/// How long readers and writers waited in all; nothing where nobody did.
fn totals(rides: &[Ride], look: Look) -> String {
    let total = |reads: bool| -> f64 {
        let lanes = rides.iter().flat_map(|ride| &ride.lanes);
        let lanes = lanes.filter(|lane| (lane.access == Access::Select) == reads);
        lanes.map(Lane::total).sum()
    };
    let (readers, writers) = (total(true), total(false));
    if readers.max(writers) < NOTICEABLE {
        return String::new();
    }
    let line = format!(
        "    in all readers waited {}, writers {}",
        seconds(readers),
        seconds(writers)
    );
    look.bold(&line) + "\n"
}
