//! Killed at random moments: after SIGINT and SIGTERM nothing is left, after SIGKILL nothing is left by the next run.

use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::world::{Case, World, errors, lines, moments, way};

/// How often each signal is tried.
const TIMES: u32 = 10;

pub(crate) fn trials() -> Vec<Case> {
    vec![
        Case::new("nothing_stays_after_sigint_at_ten_moments", || {
            stopped(Signal::SIGINT, TIMES);
        }),
        Case::new("nothing_stays_after_sigterm", || {
            stopped(Signal::SIGTERM, 2);
        }),
        Case::new(
            "the_next_run_removes_what_sigkill_left_at_ten_moments",
            killed,
        ),
        Case::new("a_running_query_is_cancelled_at_once", cancelled),
    ]
}

/// A run that works until it is stopped.
const WORK: &str = "CREATE TABLE t AS SELECT * FROM generate_series(1, 100000); CREATE INDEX ON t (generate_series); SELECT pg_sleep(60)";

fn stopped(signal: Signal, times: u32) {
    let world = World::new();
    let way = way(&world, &[WORK]);
    world.assert_clean("after SIGINT at work");
    for moment in moments(times, way) {
        let victim = world.start_only(&[WORK]);
        thread::sleep(moment);
        victim.signal(signal);
        victim.end();
        // Before the handlers are there, nothing is there either.
        world.assert_clean(&format!("{signal} after {moment:?}"));
    }
}

fn killed() {
    let world = World::new();
    let way = way(&world, &[WORK]);
    let mut dirty = 0;
    for moment in moments(TIMES, way) {
        let victim = world.start_only(&[WORK]);
        thread::sleep(moment);
        victim.signal(Signal::SIGKILL);
        victim.end();
        dirty += u32::from(!world.leftovers().is_empty());
        // A run that cannot even start tidies up as well.
        world.run(&["--pg-bin", "/nowhere"]);
        world.assert_clean(&format!("the next run, SIGKILL after {moment:?}"));
    }
    assert!(
        dirty > TIMES / 2,
        "SIGKILL left something only {dirty} times"
    );
    let last = world.run(&["SELECT 42"]);
    assert!(lines(&last).contains("42"), "{}", errors(&last));
}

fn cancelled() {
    let world = World::new();
    let victim = world.start(&["SELECT pg_sleep(60)"]);
    thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    victim.signal(Signal::SIGINT);
    let said = victim.end();
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(said, "error: interrupted\n");
    world.assert_clean("after SIGINT");
}
