//! Seconds predicted beside seconds measured: a private server is calibrated on tables of 100,000 rows, then the bad cases of all rules and the demo projects run on tables
//! of two million. Prints the table that `docs/estimates.md` shows; what takes less than 20 ms is not counted. `MIG_LINT_ESTIMATE_ROWS` takes another number of rows.

use mig_lint::config::profile_text;
use mig_lint::estimate::Seconds;
use mig_lint::prove::{self, Options, Subject, Timing};
use mig_lint::rule::RULES;
use mig_lint_demo_db::{Server, Wanted, notices::Terminal};
use std::collections::BTreeMap;
use std::time::Duration;

/// What takes no longer is over before it can be told from noise.
const COUNTED: f64 = 0.02;

#[allow(clippy::print_stdout, reason = "the table is what this makes")]
fn main() {
    let rows = std::env::var("MIG_LINT_ESTIMATE_ROWS").ok();
    let rows = rows.map_or(2_000_000, |rows| rows.parse().expect("a number of rows"));
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| !it.starts_with('-'))
        .collect();
    let notices = Terminal::default();
    let server = Server::open(&Wanted::default(), &notices).expect("a server");
    let profile = prove::calibrate(&server, prove::CALIBRATION_ROWS, &notices).expect("a profile");
    println!(
        "PostgreSQL {}\n\n{}",
        server.version().text,
        profile_text(&profile)
    );
    let rules = RULES.iter().filter(|entry| !entry.proof.is_empty());
    let fixtures = prove::fixture_numbers().into_iter().map(|number| {
        let both = prove::fixtures(&number);
        Subject::Fixture(number, both)
    });
    let subjects: Vec<Subject<'_>> = rules.map(Subject::Rule).chain(fixtures).collect();
    let subjects: Vec<Subject<'_>> = subjects
        .into_iter()
        .filter(|subject| {
            let name = match subject {
                Subject::Rule(entry) => entry.id,
                Subject::Fixture(name, _) => name.as_str(),
                Subject::Path(_) => "",
            };
            wanted.is_empty() || wanted.iter().any(|one| one == name)
        })
        .collect();
    let options = Options {
        rows: Some(rows),
        timeout: Duration::from_secs(300),
        ride: true,
        keep: false,
        setup: "",
        profile,
    };
    println!("| subject | statement | predicted | measured | |");
    println!("|---|---|---|---|---|");
    let all = prove::timings(&server, &subjects, &options, &notices, |timings| {
        for timing in timings.iter().filter(|one| one.seconds >= COUNTED) {
            println!("{}", line(timing));
        }
    });
    println!("\n{}", summary(&all.expect("the server stays")));
}

fn line(timing: &Timing) -> String {
    let sql: Vec<&str> = timing.sql.split_whitespace().collect();
    let sql: String = sql.join(" ").chars().take(70).collect();
    let sql = sql.replace('|', "\\|");
    let (predicted, sign) = match timing.predicted {
        None => ("not told".to_owned(), ""),
        Some(it) => (
            format!("{:.2} to {:.2} s", it.low, it.high),
            if inside(it, timing.seconds) {
                "✓"
            } else {
                "✗"
            },
        ),
    };
    format!(
        "| {} | `{sql}` | {predicted} | {:.2} s | {sign} |",
        timing.subject, timing.seconds
    )
}

fn inside(range: Seconds, seconds: f64) -> bool {
    range.low <= seconds && seconds <= range.high
}

fn summary(all: &[Timing]) -> String {
    let counted: Vec<&Timing> = all.iter().filter(|one| one.seconds >= COUNTED).collect();
    let told: Vec<(f64, Seconds)> = counted
        .iter()
        .filter_map(|one| Some((one.seconds, one.predicted?)))
        .collect();
    let narrow = told.iter().filter(|(_, it)| it.high <= 4.01 * it.low);
    let narrow: Vec<&(f64, Seconds)> = narrow.collect();
    let within = narrow.iter().filter(|(seconds, it)| inside(*it, *seconds));
    let (within, of) = (within.count(), narrow.len());
    let wide = told.iter().filter(|(_, it)| it.high > 4.01 * it.low);
    let wide_within = wide.clone().filter(|(seconds, it)| inside(*it, *seconds));
    let mut silent: BTreeMap<String, usize> = BTreeMap::new();
    for one in counted.iter().filter(|one| one.predicted.is_none()) {
        *silent.entry(one.subject.clone()).or_default() += 1;
    }
    format!(
        "{of} statements with a range of a factor of 4: {within} within it. {} with a wider one, since nobody knows how many rows WHERE finds: {} within. {} of which nothing is told: {silent:?}",
        wide.count(),
        wide_within.count(),
        silent.values().sum::<usize>(),
    )
}
