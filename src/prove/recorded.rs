//! `observed.json`: what servers showed when a rule was proven, so that predictions are held against it where no server runs.

use super::case::Statement;
use super::compare::{Observation, mismatch};
use super::definition::{Definition, Harm};
use super::report::{CaseReport, Outcome, StepReport, Verdict};
use super::rule;
use crate::effects::Effect;
use crate::ir::RelationKind;
use crate::postgres::{Access, LockMode, Version};
use crate::rule::{Entry, Example, join_and};
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Grows when proofs are made in another way, so that everything must be recorded anew.
const HARNESS: u32 = 1;

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    harness: u32,
    /// A hash of bad.sql, good.sql and proof.toml.
    made_from: String,
    seen: Vec<Seen>,
}

/// What servers that behave alike showed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    /// Major versions, oldest first.
    versions: Vec<u8>,
    #[serde(flatten)]
    shown: Shown,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Shown {
    verdict: String,
    bad: Vec<Step>,
    good: Vec<Step>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bad_py: Vec<Step>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    good_py: Vec<Step>,
}

impl Shown {
    fn of(&self, example: Example) -> &[Step] {
        match (example.is_bad(), example.is_django()) {
            (true, false) => &self.bad,
            (false, false) => &self.good,
            (true, true) => &self.bad_py,
            (false, true) => &self.good_py,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    line: usize,
    sql: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    effects: Vec<Effect>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    locks: BTreeMap<String, LockMode>,
    /// Every table that was probed; absent where nothing could be.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits: Option<BTreeMap<String, Vec<Access>>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    sampled: bool,
    /// SQLSTATEs with which statements of the old code fail afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    broke: Vec<String>,
    /// Questions with their answers before and behind the migration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    shown: Vec<[String; 3]>,
    /// The SQLSTATE with which it failed itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Recorded {
    /// Reads the text of an `observed.json`; an empty one holds nothing.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(text)
    }

    /// Adds what one server showed; what was made from other files is forgotten.
    pub fn add(&mut self, entry: &Entry, outcome: &Outcome, version: Version) {
        let hash = hash(entry);
        if self.made_from != hash || self.harness != HARNESS {
            *self = Self {
                harness: HARNESS,
                made_from: hash,
                seen: Vec::new(),
            };
        }
        for seen in &mut self.seen {
            seen.versions.retain(|major| *major != version.major());
        }
        let steps = |file: &str| {
            let example = entry.examples().find(|example| example.file == file);
            let name = example.map(rule::name);
            let case = outcome
                .cases
                .iter()
                .find(|case| Some(case.case.as_str()) == name);
            case.map(steps).unwrap_or_default()
        };
        let shown = Shown {
            verdict: outcome.verdict.name().to_owned(),
            bad: steps("bad.sql"),
            good: steps("good.sql"),
            bad_py: steps("bad.py"),
            good_py: steps("good.py"),
        };
        match self.seen.iter_mut().find(|seen| seen.shown == shown) {
            Some(seen) => {
                seen.versions.push(version.major());
                seen.versions.sort_unstable();
            }
            None => self.seen.push(Seen {
                versions: vec![version.major()],
                shown,
            }),
        }
        self.seen.retain(|seen| !seen.versions.is_empty());
        self.seen.sort_by_key(|seen| seen.versions.first().copied());
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The major versions on which the rule is proven, oldest first.
    #[must_use]
    pub fn proven(&self) -> Vec<u8> {
        let proven = self
            .seen
            .iter()
            .filter(|seen| seen.shown.verdict == Verdict::Proven.name());
        let mut versions: Vec<u8> = proven
            .flat_map(|seen| seen.versions.iter().copied())
            .collect();
        versions.sort_unstable();
        versions
    }

    /// What servers showed, in one line: `writers waited on PostgreSQL 14 to 18`; nothing where the rule is not proven.
    #[must_use]
    pub fn summary(&self, entry: &Entry) -> Option<String> {
        let versions = spelled(&self.proven());
        let definition = Definition::parse(entry.proof).ok()?;
        let what = match &definition.harm {
            Harm::Blocks(kinds) if kinds.contains(&Access::Select) => "readers and writers waited",
            Harm::Blocks(kinds) if kinds.contains(&Access::Insert) => "writers waited",
            Harm::Blocks(_) => "others waited",
            Harm::Queues(..) => "others queued up",
            Harm::BreaksOldCode(_) => "code that was running failed",
            Harm::Fails(_) => "the migration failed",
            Harm::LosesData => "data was gone",
            Harm::Leaves => "what it left was seen",
            Harm::Elsewhere(_) => return None,
        };
        (!versions.is_empty()).then(|| format!("{what} on PostgreSQL {versions}"))
    }

    /// The SQLSTATEs that servers gave in the bad cases: of statements that failed, and of code that failed afterwards.
    #[must_use]
    pub fn sqlstates(&self) -> BTreeSet<String> {
        let shown = self.seen.iter().map(|seen| &seen.shown);
        let steps = shown.flat_map(|shown| shown.bad.iter().chain(&shown.bad_py));
        let states = steps.flat_map(|step| step.broke.iter().chain(&step.error));
        states.cloned().collect()
    }

    /// Everything that speaks against the file: stale, not proven, or not what is predicted today.
    #[must_use]
    pub fn faults(&self, entry: &Entry) -> Vec<String> {
        if self.made_from != hash(entry) || self.harness != HARNESS {
            return vec![
                "observed.json was made from other files: `mig-lint prove --record`".to_owned(),
            ];
        }
        let definition = match Definition::parse(entry.proof) {
            Ok(definition) => definition,
            Err(error) => return vec![error.to_string()],
        };
        let mut faults = Vec::new();
        for seen in &self.seen {
            for version in seen
                .versions
                .iter()
                .filter_map(|major| Version::new(*major))
            {
                if seen.shown.verdict != Verdict::Proven.name() {
                    faults.push(format!("PostgreSQL {version}: {}", seen.shown.verdict));
                }
                for example in entry.examples() {
                    let case = match rule::case(entry, example, &definition, version) {
                        Ok(case) => case,
                        Err(error) => return vec![format!("{}: {error}", example.file)],
                    };
                    let statements = case.observed().flat_map(|migration| &migration.statements);
                    let statements: Vec<&Statement> = statements.collect();
                    let differences = differences(&statements, seen.shown.of(example));
                    let file = example.file;
                    let named = |text| format!("PostgreSQL {version}, {file}, {text}");
                    faults.extend(differences.into_iter().map(named));
                }
            }
        }
        faults
    }
}

/// `14 to 18`, or `14, 16 and 18` where some are missing.
fn spelled(versions: &[u8]) -> String {
    match versions {
        [first, _, .., last] if usize::from(last - first) + 1 == versions.len() => {
            format!("{first} to {last}")
        }
        some => {
            let texts: Vec<String> = some.iter().map(u8::to_string).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            join_and(&texts)
        }
    }
}

fn differences(statements: &[&Statement], steps: &[Step]) -> Vec<String> {
    if statements.len() != steps.len() {
        return vec![format!(
            "{} statements, {} recorded",
            statements.len(),
            steps.len()
        )];
    }
    let pairs = statements.iter().zip(steps);
    let found = pairs
        .filter(|(_, step)| step.error.is_none())
        .filter_map(|(statement, step)| {
            let words = mismatch(statement, &step.observation(), true)?;
            Some(format!("line {}: {words}", step.line))
        });
    found.collect()
}

fn steps(case: &CaseReport) -> Vec<Step> {
    let step = |step: &StepReport| Step {
        line: step.line,
        sql: step.sql.clone(),
        effects: step.effects.clone(),
        locks: step
            .locks
            .iter()
            .map(|held| (held.relation.clone(), held.lock))
            .collect(),
        waits: (!step.unprobed).then(|| step.waits.clone()),
        sampled: step.sampled,
        broke: step
            .broke
            .iter()
            .map(|trouble| trouble.sqlstate.clone())
            .collect(),
        shown: step
            .shown
            .iter()
            .map(|shown| [&shown.query, &shown.before, &shown.after].map(Clone::clone))
            .collect(),
        error: step.error.as_ref().map(|error| error.sqlstate.clone()),
    };
    case.steps.iter().map(step).collect()
}

impl Step {
    fn observation(&self) -> Observation {
        let mut effects = self.effects.clone();
        for effect in &mut effects {
            if effect.table.is_some() {
                effect.kind = RelationKind::Index;
            }
        }
        Observation {
            effects,
            locks: self.locks.clone(),
            waits: self.waits.clone(),
            sampled: self.sampled,
            ..Observation::default()
        }
    }
}

/// What the record is made from.
fn hash(entry: &Entry) -> String {
    let mut hash = Md5::new();
    let examples = entry.examples().map(|example| example.text);
    for text in examples.chain([entry.proof]) {
        // Line ends are the checkout's own business.
        hash.update(text.replace("\r\n", "\n"));
        hash.update([0]);
    }
    let mut text = String::new();
    for byte in hash.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
