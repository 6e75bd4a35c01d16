//! What came of proofs: what every output format is made from.

use super::timeline::Ride;
use crate::effects::Effect;
use crate::estimate::Seconds;
use crate::finding::Level;
use crate::postgres::{Access, LockMode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that a run of `mig-lint prove` found out.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Proof {
    pub schema_version: u8,
    /// As the server writes it: `16.14`.
    pub server_version: String,
    /// Whether the server was ours alone.
    pub private: bool,
    /// Rows in each large table during the ride.
    pub rows: u64,
    pub results: Vec<Outcome>,
}

/// What one name on the command line came to: a rule, a fixture or a path.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Outcome {
    pub name: String,
    pub kind: OutcomeKind,
    pub verdict: Verdict,
    /// Why, in one line.
    pub reason: String,
    pub cases: Vec<CaseReport>,
    /// Of a path: each finding, and whether it was seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingReport>,
    pub claims: Vec<ClaimReport>,
}

/// A finding about somebody's migration, and whether the server showed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct FindingReport {
    pub rule: String,
    pub level: Level,
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    pub message: String,
    pub verdict: Shows,
    pub reason: String,
}

/// Whether a finding was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Shows {
    Seen,
    NotTried,
    NotSeen,
}

impl Shows {
    /// `seen`, `not tried` or `not seen`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::NotTried => "not tried",
            Self::NotSeen => "not seen",
        }
    }
}

/// What was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeKind {
    Rule,
    Fixture,
    Path,
}

/// How a proof ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Proven,
    Inconclusive,
    Refuted,
}

/// One case: the bad way, the good way, or a migration.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct CaseReport {
    pub case: String,
    pub verdict: Verdict,
    pub reason: String,
    pub steps: Vec<StepReport>,
    /// How many statements behind the last one never came to be run.
    #[serde(skip_serializing_if = "is_zero")]
    pub unreached: usize,
    /// One a migration, in their order; one for several that run in one transaction.
    pub rides: Vec<Ride>,
    /// Rows put into each table for the ride.
    pub tables: BTreeMap<String, u64>,
}

impl CaseReport {
    /// One that was not run, and why.
    pub(super) fn not_run(case: &str, reason: String) -> Self {
        Self {
            case: case.to_owned(),
            verdict: Verdict::Inconclusive,
            reason,
            steps: Vec::new(),
            unreached: 0,
            rides: Vec::new(),
            tables: BTreeMap::new(),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over references"
)]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What one statement did.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct StepReport {
    /// What the runner calls the migration it belongs to.
    pub migration: String,
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    pub sql: String,
    /// How long it took in the ride.
    pub seconds: f64,
    /// How long it was predicted to work, with the tables as large as they were in the ride.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_predicted: Option<Seconds>,
    /// The strongest lock held on each relation at the statement's end, relations that existed before only.
    pub locks: Vec<RelationLock>,
    /// Tables and indexes whose file changed.
    pub rewrites: Vec<String>,
    /// Per table and kind: the longest that a probe waited for the migration during this statement of the ride, in seconds.
    pub waited: BTreeMap<String, BTreeMap<Access, f64>>,
    /// Kinds of probes that waited, on any table, in the hold.
    pub waited_for_migration: Vec<Access>,
    pub prediction: Prediction,
    /// How prediction and observation differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<String>,
    /// Per table, the kinds of probes that waited in the hold.
    pub waits: BTreeMap<String, Vec<Access>>,
    /// What the statement did, in the words of the prediction.
    pub effects: Vec<Effect>,
    /// Its locks were sampled from outside: no transaction could hold it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sampled: bool,
    /// It was over before a probe could be tried.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unprobed: bool,
    /// Whether the rule that is being proven has flagged it.
    pub flagged: bool,
    /// The SQLSTATE with which it fails, as that rule says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sqlstate: Option<&'static str>,
    /// Per table, the kinds of probes that queued up while the statement itself waited behind an open transaction.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub queues: BTreeMap<String, Vec<Access>>,
    /// It gave up waiting behind an open transaction, by its own `lock_timeout`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gave_up: bool,
    /// Probes of which nobody knows what held them up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unclear: Vec<String>,
    /// Whether work that grows with a table was done.
    pub grows: bool,
    /// Tables that were as large at either size, so that nothing is known of work done to them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
    /// The server's error, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Trouble>,
    /// Statements of the old code that stopped working when the migration was through, with their SQLSTATE.
    pub broke: Vec<Trouble>,
    /// What was asked before and behind its migration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Shown>,
    /// Write-ahead log written at the larger of the two small sizes, in bytes.
    pub wal_bytes: i64,
}

/// A question, and the answers before and behind a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Shown {
    pub query: String,
    pub before: String,
    pub after: String,
    /// Whether both are what the proof expects.
    pub expected: bool,
    /// Whether they show harm: the second is another than the first, or than it should be.
    pub harms: bool,
}

/// A lock as the server showed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct RelationLock {
    pub relation: String,
    pub lock: LockMode,
}

/// Whether the prediction came true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Prediction {
    Match,
    Mismatch,
}

/// A statement that the server refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Trouble {
    pub sql: String,
    pub sqlstate: String,
    pub message: String,
}

/// One claim about a migration, and what was observed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct ClaimReport {
    pub text: String,
    pub verdict: Verdict,
    pub expected: Verdict,
    pub observed: String,
}

impl StepReport {
    /// The file's name and the line: `bad.sql:6`.
    #[must_use]
    pub fn place(&self) -> String {
        let name = self.path.rsplit(['/', '\\']).next().unwrap_or_default();
        format!("{name}:{}", self.line)
    }
}

impl Outcome {
    /// Whether everything came out as it should: the verdict, every claim's, every prediction.
    #[must_use]
    pub fn as_expected(&self) -> bool {
        let claims = self
            .claims
            .iter()
            .all(|claim| claim.verdict == claim.expected);
        self.verdict == Verdict::Proven && claims && self.mismatches() == 0
    }

    /// How many statements did something else than predicted.
    #[must_use]
    pub fn mismatches(&self) -> usize {
        let steps = self.cases.iter().flat_map(|case| &case.steps);
        steps
            .filter(|step| step.prediction == Prediction::Mismatch)
            .count()
    }
}

impl Verdict {
    /// `proven`, `refuted` or `inconclusive`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Inconclusive => "inconclusive",
            Self::Refuted => "refuted",
        }
    }
}

/// A statement that does nothing to anybody, for tests.
#[cfg(test)]
pub(crate) fn sample_step() -> StepReport {
    StepReport {
        migration: "2".to_owned(),
        path: "rules/example/bad.sql".to_owned(),
        line: 7,
        sql: String::new(),
        seconds: 0.0,
        seconds_predicted: None,
        locks: Vec::new(),
        rewrites: Vec::new(),
        waited: BTreeMap::new(),
        waited_for_migration: Vec::new(),
        prediction: Prediction::Match,
        mismatch: None,
        waits: BTreeMap::new(),
        effects: Vec::new(),
        sampled: false,
        unprobed: false,
        flagged: false,
        queues: BTreeMap::new(),
        gave_up: false,
        unclear: Vec::new(),
        fixed: Vec::new(),
        grows: false,
        error: None,
        broke: Vec::new(),
        shown: Vec::new(),
        sqlstate: None,
        wal_bytes: 0,
    }
}
