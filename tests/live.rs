//! A server shows it again: the proof of every rule, a demo project, and migrations by their path.
//!
//! Where no PostgreSQL is found and none can be had, all of it is ignored, and standard error says why.

mod common;
#[path = "live/fixes.rs"]
mod fixes;
#[path = "live/histories.rs"]
mod histories;
#[path = "live/ways_back.rs"]
mod ways_back;

use common::Failures;
use common::recipes::{Advised, advised};
use libtest_mimic::{Arguments, Trial};
use mig_lint::config::Settings;
use mig_lint::finding::Block;
use mig_lint::postgres::{Access, Version};
use mig_lint::prove::{Definition, Harm, Options, Outcome, Subject, Verdict, fixtures, prove};
use mig_lint::rule::{Entry, Kind, RULES};
use mig_lint::sizes::{QUERY, Snapshot};
use mig_lint::source::Framework;
use mig_lint_demo_db::notices::{Silent, Terminal};
use mig_lint_demo_db::{Error, Server, Session, Wanted};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Set it to prove on every supported version, downloading what is not there: `MIG_LINT_PROVE=all`.
const ALL: &str = "MIG_LINT_PROVE";

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // They share servers, and what a migration makes for a whole server is seen by all.
    arguments.test_threads = Some(1);
    let servers = if arguments.list {
        vec![None]
    } else {
        wanted().iter().map(open).collect()
    };
    let trials = servers.iter().flat_map(|server| {
        let rules = RULES
            .iter()
            .filter(|entry| !matches!(entry.rule.kind, Kind::Engine(_)))
            .map(|entry| trial(server.as_ref(), entry.id, |server| a_rule(server, entry)));
        let others = [
            trial(server.as_ref(), "a demo project", a_demo_project),
            trial(server.as_ref(), "migrations that run", that_run),
            trial(server.as_ref(), "migrations that fail", that_fail),
            trial(server.as_ref(), "migrations that never end", that_never_end),
            trial(server.as_ref(), "keys in all directions", keys),
            trial(
                server.as_ref(),
                "migrations that make roles",
                that_make_roles,
            ),
            trial(
                server.as_ref(),
                "migrations that want roles",
                that_want_roles,
            ),
            trial(
                server.as_ref(),
                "migrations that want what others make",
                histories::that_want_others,
            ),
            trial(
                server.as_ref(),
                "a history that cannot run here as a whole",
                histories::that_cannot_run,
            ),
            trial(
                server.as_ref(),
                "tables that cannot be filled",
                histories::without_rows,
            ),
            trial(
                server.as_ref(),
                "all pending migrations together",
                histories::all_pending,
            ),
            trial(server.as_ref(), "what Python does", histories::of_python),
            trial(
                server.as_ref(),
                "types that are not sent",
                histories::with_types_of_their_own,
            ),
            trial(
                server.as_ref(),
                "tables with some rows",
                histories::with_rows_of_their_own,
            ),
            trial(
                server.as_ref(),
                "partitions that code makes",
                histories::with_partitions_of_code,
            ),
            trial(
                server.as_ref(),
                "migrations that fail at their end",
                histories::that_fail_at_their_end,
            ),
            trial(server.as_ref(), "recipes that are printed", recipes),
            trial(server.as_ref(), "fixes", fixes::end_the_same),
            trial(
                server.as_ref(),
                "fixes that nobody waits for",
                fixes::nobody_waits,
            ),
            trial(server.as_ref(), "sizes", sizes),
            trial(server.as_ref(), "checklists", checklists),
            trial(
                server.as_ref(),
                "ways back of the demo projects",
                ways_back::of_the_demo_projects,
            ),
        ];
        rules.chain(others).collect::<Vec<Trial>>()
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// The servers to prove on: the newest at hand, or one of each version.
fn wanted() -> Vec<Wanted> {
    if std::env::var_os(ALL).is_some_and(|value| value == "all") {
        let each = Version::all().map(|version| Wanted {
            major: Some(version.major().into()),
            ..Wanted::default()
        });
        return each.collect();
    }
    vec![Wanted::default()]
}

fn open(wanted: &Wanted) -> Option<Arc<Server>> {
    match Server::open(wanted, &Terminal::default()) {
        Err(error @ (Error::NoServer { .. } | Error::Download { .. })) => {
            let _ = writeln!(std::io::stderr(), "SKIPPED everything: {error}");
            None
        }
        other => Some(Arc::new(other.expect("a server"))),
    }
}

fn trial(
    server: Option<&Arc<Server>>,
    name: &str,
    test: impl FnOnce(&Server) + Send + 'static,
) -> Trial {
    let Some(server) = server.cloned() else {
        return Trial::test(name, || Ok(())).with_ignored_flag(true);
    };
    let name = format!("{name}, PostgreSQL {}", server.version().major);
    Trial::test(name, move || {
        test(&server);
        Ok(())
    })
}

fn outcome(server: &Server, subject: Subject<'_>, ride: bool, timeout: u64) -> Outcome {
    let options = Options {
        rows: Some(10_000),
        timeout: Duration::from_secs(timeout),
        ride,
        keep: false,
        setup: "",
        profile: mig_lint::estimate::Profile::default(),
    };
    let mut proof = prove(server, &[subject], &options, &Silent, |_| {}).expect("a proof");
    proof.results.remove(0)
}

/// What a checklist gives to paste runs, what it says is left by a cancel is left, and the way back that it tells of runs on what the way up has left.
fn checklists(server: &Server) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("it can be written");
    };
    let steps = [
        (
            "CREATE TABLE \"Orders\" (id int PRIMARY KEY, code text, old text);",
            "DROP TABLE \"Orders\";",
        ),
        (
            "ALTER TABLE \"Orders\" DROP COLUMN old;",
            "ALTER TABLE \"Orders\" ADD COLUMN old text;",
        ),
        (
            "CREATE UNIQUE INDEX CONCURRENTLY \"By code\" ON \"Orders\" (code);",
            "DROP INDEX CONCURRENTLY \"By code\";",
        ),
        ("REINDEX TABLE \"Orders\";", ""),
        ("VACUUM FULL \"Orders\";", ""),
        ("VACUUM ANALYZE \"Orders\";", ""),
        ("ANALYZE \"Orders\";", ""),
        ("COPY \"Orders\" FROM STDIN;", ""),
    ];
    for (at, (up, down)) in steps.iter().enumerate() {
        write(&format!("{at}_x.up.sql"), up);
        write(&format!("{at}_x.down.sql"), down);
    }
    let settings = Settings {
        paths: vec![folder.path().to_owned()],
        ..Settings::default()
    };
    let (lists, _) = mig_lint::checklist::checklists(&settings);
    assert_eq!(lists.len(), steps.len());
    let scratch = server.scratch().expect("a database");
    let mut session = scratch.connect("checklist").expect("a session");
    Failures::collect(|failures| {
        let mut asked = 0;
        for ((up, down), list) in steps.iter().zip(&lists) {
            let runs = |sql: &str, failures: &mut Failures, session: &mut Session| {
                if let Err(error) = session.run(sql) {
                    failures.note(up, "that it runs", format!("{error}: {sql}"));
                }
            };
            let watch = &list.watch;
            let progress = watch.progress.iter().filter_map(|it| it.query.as_ref());
            for query in watch.before.iter().chain([&watch.blocked]).chain(progress) {
                runs(query, failures, &mut session);
                asked += 1;
            }
            let cancel = watch.cancel.replace("pid", "0");
            runs(&cancel, failures, &mut session);
            if up.starts_with("COPY") {
                continue;
            }
            runs(up, failures, &mut session);
            failures.check(list.way_back.is_written(), up, "a way back", "none");
            // There and back again, and there.
            if !down.is_empty() && !down.starts_with("DROP TABLE") {
                runs(down, failures, &mut session);
                runs(up, failures, &mut session);
            }
        }
        failures.check(asked > 15, "queries", "some", asked);
        let gone = &lists[1].gone;
        let gone: Vec<&str> = gone.iter().map(|it| it.name.as_str()).collect();
        failures.equal("what is gone", &vec!["Orders.old"], &gone);
        // A build that fails leaves the same as one that is cancelled.
        let doubled = "DROP INDEX \"By code\"; INSERT INTO \"Orders\" VALUES (1, 'a'), (2, 'a')";
        session.run(doubled).expect("two rows");
        let built =
            session.run("CREATE UNIQUE INDEX CONCURRENTLY \"By code\" ON \"Orders\" (code)");
        failures.check(built.is_err(), "a double", "that it fails", "none");
        let invalid = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid";
        let invalid = session.rows(invalid).expect("an answer");
        let expected = vec![vec![Some("\"By code\"".to_owned())]];
        failures.equal("what is left", &expected, &invalid);
        let left = lists[2].watch.leaves.join("; ");
        let words = "DROP INDEX CONCURRENTLY \"By code\"";
        failures.check(left.contains(words), "what is left", words, &left);
        session.run(words).expect("what is said to be done");
    });
}

/// The query for sizes: what it answers, what it locks, and what it says to a role that sees little.
fn sizes(server: &Server) {
    let scratch = server.scratch().expect("a database");
    let mut session = scratch.connect("sizes").expect("a session");
    let made = "CREATE TABLE orders (id int PRIMARY KEY, note text);
        INSERT INTO orders SELECT n, repeat('x', 50) FROM generate_series(1, 20000) n;
        CREATE TABLE events (at date) PARTITION BY RANGE (at);
        CREATE TABLE events_1 PARTITION OF events DEFAULT;
        INSERT INTO events SELECT date '2024-01-01' + n % 300 FROM generate_series(1, 1000) n;
        ALTER TABLE orders ADD CONSTRAINT short CHECK (length(note) < 100) NOT VALID";
    session.run(made).expect("tables");
    session.run("VACUUM ANALYZE").expect("statistics");
    session
        .run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .expect("a transaction");
    let rows = session.rows(QUERY).expect("an answer");
    let locks =
        "SELECT DISTINCT mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'";
    let locks = session.rows(locks).expect("locks");
    session.run("COMMIT").expect("its end");
    let seen = Snapshot::of_rows(&rows, "x").expect("sizes");
    session
        .run("DROP ROLE IF EXISTS sizes_looker; CREATE ROLE sizes_looker")
        .expect("a role");
    session.run("SET ROLE sizes_looker").expect("to be it");
    let rows = session.rows(QUERY).expect("an answer");
    session
        .run("RESET ROLE; DROP ROLE sizes_looker")
        .expect("to be done");
    let hidden = Snapshot::of_rows(&rows, "x").expect("sizes");
    Failures::collect(|failures| {
        failures.equal(
            "locks",
            &vec![vec![Some("AccessShareLock".to_owned())]],
            &locks,
        );
        let tables: Vec<_> = seen
            .tables
            .iter()
            .map(|(key, table)| (key.name.as_str(), table.rows, table.partitions))
            .collect();
        let expected = vec![
            ("events", Some(1_000), 1),
            ("events_1", Some(1_000), 0),
            ("orders", Some(20_000), 0),
        ];
        failures.equal("tables", &expected, &tables);
        let widths: Vec<_> = seen.columns.values().flatten().collect();
        let widths: Vec<_> = widths
            .iter()
            .map(|(name, column)| (name.as_str(), column.width))
            .collect();
        failures.equal("columns", &vec![("id", 4), ("note", 51)], &widths);
        failures.equal("not valid", &1, &seen.not_valid.len());
        failures.equal("hidden from the owner", &0, &seen.hidden);
        failures.equal("hidden from another", &3, &hidden.hidden);
        failures.check(
            hidden.columns.is_empty(),
            "columns that are hidden",
            "none",
            "some",
        );
    });
}

/// Whether good and bad are exchanged, too. What no server can show cannot fail; what an SQLSTATE shows is exchanged only where all versions are asked, which
/// takes the time.
fn has_control(entry: &Entry) -> bool {
    let harm = Definition::parse(entry.proof).expect("a proof").harm;
    let all = std::env::var_os(ALL).is_some_and(|value| value == "all");
    match harm {
        Harm::Elsewhere(_) => false,
        Harm::Fails(_) | Harm::BreaksOldCode(_) => all,
        Harm::Blocks(_) | Harm::Queues(..) | Harm::LosesData | Harm::Leaves => true,
    }
}

/// The negative control is part of it: with good and bad exchanged, neither holds.
fn a_rule(server: &Server, entry: &'static Entry) {
    let proven = outcome(server, Subject::Rule(entry), false, 60);
    let steps = proven.cases.iter().flat_map(|case| &case.steps);
    Failures::collect(|failures| {
        for step in steps {
            if let Some(mismatch) = &step.mismatch {
                let place = format!("{}:{}", step.path, step.line);
                failures.note(place, "what is predicted", mismatch);
            }
        }
        let (verdict, reason) = (&proven.verdict, &proven.reason);
        failures.equal(format!("{}: {reason}", entry.id), &Verdict::Proven, verdict);
        for claim in &proven.claims {
            let place = format!("{}: {}: {}", entry.id, claim.text, claim.observed);
            failures.equal(place, &claim.expected, &claim.verdict);
        }
    });
    if !has_control(entry) {
        return;
    }
    let exchanged = Entry {
        bad: entry.good,
        good: entry.bad,
        bad_py: entry.good_py,
        good_py: entry.bad_py,
        id: entry.id,
        rule: entry.rule,
        doc: entry.doc,
        proof: entry.proof,
        observed: entry.observed,
    };
    Failures::collect(|failures| {
        for case in outcome(server, Subject::Rule(&exchanged), false, 60).cases {
            let place = format!("{} exchanged, {}: {}", entry.id, case.case, case.reason);
            failures.equal(place, &Verdict::Refuted, &case.verdict);
        }
    });
}

fn a_demo_project(server: &Server) {
    let subject = Subject::Fixture("proj07".to_owned(), fixtures("proj07"));
    let outcome = outcome(server, subject, false, 60);
    let text = format!("{outcome:#?}");
    assert_eq!(outcome.cases.len(), 2, "the risky one and the safe one");
    assert!(outcome.as_expected(), "{text}");
    assert_eq!(outcome.mismatches(), 0, "{text}");
}

/// What came of a history of two files, of which the second is observed.
fn of_path(server: &Server, first: &str, second: &str, timeout: u64) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    write("0001.sql", first).expect("a file");
    write("0002.sql", second).expect("a file");
    let settings = Settings {
        paths: vec![folder.path().to_owned()],
        ..Settings::default()
    };
    outcome(server, Subject::Path(Box::new(settings)), true, timeout)
}

const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY, v int);\n";

fn that_run(server: &Server) {
    let runs = of_path(server, TABLE, "CREATE INDEX t_v ON t (v);\n", 60);
    assert!(runs.as_expected(), "{}", runs.reason);
    let step = &runs.cases[0].steps[0];
    assert!(step.grows);
    let writes = [Access::Insert, Access::Update, Access::Delete];
    assert_eq!(step.waits["t"][..3], writes);
    assert_eq!(runs.cases[0].rides.len(), 1);
    let seen: Vec<(&str, &str)> = runs
        .findings
        .iter()
        .map(|found| (found.rule.as_str(), found.verdict.name()))
        .collect();
    assert_eq!(seen, [("non-concurrent-index", "seen")]);
}

fn that_fail(server: &Server) {
    let fails = of_path(server, TABLE, "ALTER TABLE t ADD CHECK (v < 0);\n", 60);
    assert_eq!(fails.verdict, Verdict::Inconclusive);
    let reason = fails.reason;
    assert!(reason.contains("0002.sql:1 fails"), "{reason}");
    assert!(reason.contains("23514"), "{reason}");
}

fn that_never_end(server: &Server) {
    let second = "ALTER TABLE t ADD w int;\nSELECT pg_sleep(100);\n";
    let never = of_path(server, TABLE, second, 1);
    assert_eq!(never.verdict, Verdict::Inconclusive);
    let reason = never.reason;
    assert!(
        reason.contains("0002.sql:2 fails: not done after 1 s"),
        "{reason}"
    );
}

/// Who waits by way of foreign keys: the probes need rows that no constraint forbids, and what cannot be tried is no difference.
fn keys(server: &Server) {
    let first = "CREATE TABLE g (id int PRIMARY KEY);
        CREATE TABLE p (id int PRIMARY KEY, g int REFERENCES g ON DELETE SET NULL, email text NOT NULL UNIQUE);
        CREATE TABLE c (id bigserial PRIMARY KEY, p int REFERENCES p ON DELETE CASCADE, q int REFERENCES g, UNIQUE (p, q));
        CREATE TABLE one (p int PRIMARY KEY REFERENCES p);\n";
    let second = "INSERT INTO p (id, email) VALUES (1000000, 'a');
        CREATE TABLE d (p int REFERENCES p ON DELETE CASCADE);
        ALTER TABLE g ADD note text;
        ALTER TABLE c ADD CONSTRAINT again FOREIGN KEY (q) REFERENCES g;
        UPDATE p SET email = 'b' WHERE email = 'nobody';\n";
    let runs = of_path(server, first, second, 60);
    assert!(runs.as_expected(), "{}", runs.reason);
    assert_eq!(runs.mismatches(), 0, "{runs:#?}");
}

/// Roles belong to the whole server, and a proof runs its migrations several times.
fn that_make_roles(server: &Server) {
    let first =
        format!("CREATE ROLE mig_lint_reader;\n{TABLE}GRANT SELECT ON t TO mig_lint_reader;\n");
    let second = "CREATE ROLE mig_lint_writer;\nALTER TABLE t OWNER TO mig_lint_writer;\n";
    let runs = of_path(server, &first, second, 60);
    assert!(runs.as_expected(), "{}", runs.reason);
    assert_eq!(runs.mismatches(), 0, "{runs:#?}");
}

/// What a migration grants to is there in production; the server of a proof is new.
fn that_want_roles(server: &Server) {
    let first = format!("{TABLE}GRANT SELECT ON t TO mig_lint_auditor;\n");
    let second = "ALTER TABLE t OWNER TO \"mig-lint owner\";\n";
    let runs = of_path(server, &first, second, 60);
    assert!(runs.as_expected(), "{}", runs.reason);
    assert_eq!(runs.mismatches(), 0, "{runs:#?}");
}

/// Each is run by a server, after the schema that it is for, block by block, in a transaction where that is allowed.
fn recipes(server: &Server) {
    let major = u8::try_from(server.version().major).expect("a small number");
    let version = Version::new(major).expect("a version that is known");
    let all = advised(Framework::Plain, version);
    let mut run = 0;
    Failures::collect(|failures| {
        for one in &all {
            match run_recipe(server, one) {
                Ok(runs) => run += usize::from(runs),
                Err(error) => {
                    let place = format!(
                        "instead of {} [{}]: {:?}",
                        one.instead, one.rule, one.recipe
                    );
                    failures.note(place, "a server runs it", error);
                }
            }
        }
    });
    assert!(run > 30, "{run} of {}", all.len());
}

/// Whether it comes to that: an example may fail before, as it is meant to.
fn run_recipe(server: &Server, advised: &Advised) -> Result<bool, Error> {
    let scratch = server.scratch()?;
    let mut session = scratch.connect("recipe")?;
    if run_blocks(&mut session, &advised.before).is_err() {
        return Ok(false);
    }
    run_blocks(&mut session, &advised.recipe)?;
    Ok(true)
}

fn run_blocks(session: &mut Session, blocks: &[Block]) -> Result<(), Error> {
    for block in blocks {
        let alone = block.outside_transaction;
        if !alone {
            session.run("BEGIN")?;
        }
        for statement in &block.statements {
            session.run(statement)?;
        }
        if !alone {
            session.run("COMMIT")?;
        }
    }
    Ok(())
}
