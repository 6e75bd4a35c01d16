//! A proof with everything in it, for the tests of its formats; names and texts try to break out.

use crate::postgres::{Access, LockMode};
use crate::prove::{
    CaseReport, ClaimReport, Lane, Outcome, OutcomeKind, Part, Prediction, Proof, RelationLock,
    Ride, Sample, StepReport, Trouble, Verdict, sample_step,
};
use std::collections::BTreeMap;

/// Two cases: one that everybody noticed, and one that nobody did.
pub(super) fn proof() -> Proof {
    let good = CaseReport {
        case: "good".to_owned(),
        verdict: Verdict::Proven,
        reason: "nobody waits".to_owned(),
        steps: vec![step("SELECT 'calm'", LockMode::AccessShare)],
        unreached: 0,
        rides: vec![ride(0.01)],
        tables: BTreeMap::new(),
    };
    Proof {
        schema_version: 1,
        server_version: "16.14".to_owned(),
        private: true,
        rows: 1_000_000,
        results: vec![Outcome {
            name: "rule-<b>".to_owned(),
            kind: OutcomeKind::Rule,
            verdict: Verdict::Refuted,
            reason: "because".to_owned(),
            cases: vec![bad(), good],
            findings: Vec::new(),
            claims: vec![ClaimReport {
                text: "a | claim".to_owned(),
                verdict: Verdict::Refuted,
                expected: Verdict::Proven,
                observed: "nothing <scanned>".to_owned(),
            }],
        }],
    }
}

fn bad() -> CaseReport {
    let trouble = |sql: &str, message: &str| Trouble {
        sql: sql.to_owned(),
        sqlstate: "42703".to_owned(),
        message: message.to_owned(),
    };
    let loud = StepReport {
        prediction: Prediction::Mismatch,
        mismatch: Some("lock on t: predicted none".to_owned()),
        waits: BTreeMap::from([("t".to_owned(), vec![Access::Select, Access::Insert])]),
        broke: vec![trouble("SELECT gone", "no such column")],
        ..step(
            "ALTER TABLE t ADD c text DEFAULT '</code><script>alert(1)</script>|'",
            LockMode::AccessExclusive,
        )
    };
    let failed = StepReport {
        error: Some(trouble("CREATE", "it \"is\" there")),
        ..step("CREATE INDEX never", LockMode::Share)
    };
    CaseReport {
        case: "bad".to_owned(),
        verdict: Verdict::Refuted,
        reason: "it & that".to_owned(),
        steps: vec![loud, failed],
        unreached: 0,
        rides: vec![ride(0.75)],
        tables: BTreeMap::from([("t".to_owned(), 1_000_000)]),
    }
}

fn step(sql: &str, lock: LockMode) -> StepReport {
    StepReport {
        sql: sql.to_owned(),
        seconds: 0.8,
        locks: vec![RelationLock {
            relation: "t".to_owned(),
            lock,
        }],
        flagged: true,
        grows: true,
        ..sample_step()
    }
}

/// A second in which a request waited that long.
fn ride(waited: f64) -> Ride {
    let served = Sample {
        start: 0.05,
        end: 0.051,
        waited: false,
    };
    let stopped = Sample {
        start: 0.1,
        end: 0.1 + waited,
        waited: true,
    };
    Ride {
        migration: "2".to_owned(),
        start: 0.1,
        end: 0.9,
        statements: vec![Part {
            failed: false,
            step: 0,
            start: 0.1,
            end: 0.9,
        }],
        lanes: vec![Lane {
            relation: "t".to_owned(),
            label: "t".to_owned(),
            access: Access::Insert,
            samples: vec![served, stopped],
        }],
        seconds: 1.0,
    }
}
