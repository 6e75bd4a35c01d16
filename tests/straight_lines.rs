//! Promise: cost grows as a straight line. Held by counting what does not depend on the machine: relations that are looked at, and bytes that are allocated.

mod common;
#[path = "../benches/inputs/mod.rs"]
mod inputs;

use common::migration;
use inputs::{INPUTS, times};
use mig_lint::engine::{Circumstances, judge};
use mig_lint::postgres::Version;
use mig_lint::schema::visits;
use mig_lint::sizes::Sizes;
use mig_lint::source::TransactionMode;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::collections::BTreeMap;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What an input costs.
struct Cost {
    visits: u64,
    bytes: u64,
}

fn cost(text: &str) -> Cost {
    let history = vec![migration(
        "0001.sql",
        text,
        TransactionMode::PerStatement,
        true,
    )];
    let (sizes, parameters) = (Sizes::default(), BTreeMap::new());
    let circumstances = Circumstances {
        direction: mig_lint::source::Direction::Up,
        version: Version::OLDEST,
        sizes: &sizes,
        parameters: &parameters,
        pending_from: None,
        fixes: false,
        predictions: false,
    };
    let (before, region) = (visits(), Region::new(ALLOCATOR));
    let judged = judge(history, &circumstances);
    let bytes = region.change().bytes_allocated as u64;
    drop(judged);
    Cost {
        visits: visits() - before,
        bytes,
    }
}

#[test]
fn four_times_as_much_costs_four_times_as_much() {
    // One after the other: the bytes of all threads are counted together.
    let usual = cost(&times(
        800,
        "CREATE TABLE t# (id int); ALTER TABLE t# ADD COLUMN a int;",
    ));
    assert!(
        usual.visits > 0,
        "they are counted only where assertions are on"
    );
    let mut bent = Vec::new();
    for (name, input) in INPUTS {
        let (one, four) = (cost(&input(200)), cost(&input(800)));
        let counts = [
            ("relations looked at", one.visits, four.visits, usual.visits),
            ("bytes", one.bytes, four.bytes, usual.bytes),
        ];
        for (what, one, four, usual) in counts {
            // Some more for logarithms, and for what every run costs.
            if four > one * 5 + 20_000 {
                bent.push(format!("{name}: {one} {what} for 200, {four} for 800"));
            }
            if four > usual * 20 {
                bent.push(format!(
                    "{name}: {four} {what}, {usual} for as many ALTERs of new tables"
                ));
            }
        }
    }
    assert!(bent.is_empty(), "{}", bent.join("\n"));
}
