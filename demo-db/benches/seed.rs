//! A million rows loaded as `seed` does it, beside what the server does alone with the same rows in a file: the claim is the ratio.
//!
//! `cargo bench --package mig-lint-demo-db`. Only on a quiet machine do the figures mean anything; the median of the rounds counts.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use mig_lint_demo_db::notices::Silent;
use mig_lint_demo_db::seed::{Columns, Plan};
use mig_lint_demo_db::{Error, Server, Session, Wanted};

const ROWS: u64 = 1_000_000;
const ROUNDS: usize = 5;
const TABLE: &str = "CREATE TABLE orders (id bigint PRIMARY KEY, order_number text, customer_id int, total_amount numeric)";
const COLUMNS: &str = r#"
    id = { sequence = {} }
    order_number = { text = { prefix = "ORD-", width = 20 } }
    customer_id = { integers = { from = 1, to = 100000 } }
    total_amount = { money = {} }
"#;

/// What one round took.
struct Round {
    seeded: Duration,
    settled: Duration,
    alone_with_key: Duration,
    alone: Duration,
}

fn main() {
    // `cargo test --benches` passes no --bench: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let pg_bin = std::env::var_os("MIG_LINT_TEST_PG_BIN").map(PathBuf::from);
    let wanted = Wanted {
        pg_bin,
        ..Wanted::default()
    };
    let server = Server::open(&wanted, &Silent).expect("a server");
    let scratch = server.scratch().expect("a scratch database");
    let mut session = scratch.connect("bench").expect("a session");
    let rounds = rounds(&mut session).expect("rows");
    let seeded = median(&rounds, |round| round.seeded);
    say(&format!(
        "PostgreSQL {}, {ROWS} rows, median of {ROUNDS}",
        server.version().text
    ));
    for (name, time) in [
        ("seed, key included", seeded),
        (
            "seed, key, VACUUM and ANALYZE",
            median(&rounds, |round| round.seeded + round.settled),
        ),
        (
            "server alone, key included",
            median(&rounds, |round| round.alone_with_key),
        ),
        ("server alone, no key", median(&rounds, |round| round.alone)),
    ] {
        let rate = rate(time);
        let ratio = time.as_secs_f64() / seeded.as_secs_f64();
        say(&format!(
            "{name:32} {:6.3} s {rate:>9.0} rows/s, seed at {ratio:.2} of it",
            time.as_secs_f64()
        ));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
fn rate(time: Duration) -> f64 {
    ROWS as f64 / time.as_secs_f64()
}

fn rounds(session: &mut Session) -> Result<Vec<Round>, Error> {
    let columns: Columns = toml::from_str(COLUMNS).expect("recipes");
    let plan = Plan::of_columns("orders", ROWS, 1, &columns)?;
    let folder = session.rows("SHOW data_directory")?.concat();
    let folder = folder[0].as_deref().expect("a folder");
    let file = format!("{folder}/bench.copy");
    session.run(TABLE)?;
    let mut rounds = Vec::new();
    // The first one warms up, and makes the file.
    for number in 0..=ROUNDS {
        session.run("TRUNCATE orders; CHECKPOINT")?;
        let loaded = plan.load(session, &Silent)?;
        if number == 0 {
            session.run(&format!("COPY orders TO '{file}' (FORMAT binary)"))?;
            continue;
        }
        rounds.push(Round {
            seeded: loaded.copying + loaded.indexing,
            settled: loaded.settling,
            alone_with_key: alone(session, &file, "ALTER TABLE orders ADD PRIMARY KEY (id);")?,
            alone: alone(session, &file, "")?,
        });
        session.run("DROP TABLE orders")?;
        session.run(TABLE)?;
    }
    Ok(rounds)
}

/// The file loaded by the server into a table of this transaction, as fast as it goes, then `finish`.
fn alone(session: &mut Session, file: &str, finish: &str) -> Result<Duration, Error> {
    session.run("DROP TABLE orders; CHECKPOINT")?;
    let table = TABLE.replace(" PRIMARY KEY", "");
    let start = Instant::now();
    session.run(&format!(
        "BEGIN; {table}; COPY orders FROM '{file}' (FORMAT binary, FREEZE); {finish} COMMIT"
    ))?;
    Ok(start.elapsed())
}

fn median(rounds: &[Round], time: impl Fn(&Round) -> Duration) -> Duration {
    let mut times: Vec<Duration> = rounds.iter().map(time).collect();
    times.sort();
    times[times.len() / 2]
}

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("standard output");
}
