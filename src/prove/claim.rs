//! Claims about a migration, as data: conditions on what was observed, each of which a server can refute.

use super::report::{CaseReport, ClaimReport, StepReport, Verdict};
use crate::effects::Work;
use crate::postgres::{Access, LockMode};
use crate::rule::join_and;
use serde::Deserialize;

/// A claim: a sentence for people, and the conditions that make it true. All that are given must hold on one and the same statement.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Claim {
    /// What somebody says.
    pub text: String,
    /// How it comes out: `proven` or `refuted`.
    pub expected: Verdict,
    /// Why it comes out so.
    #[serde(default)]
    pub why: String,
    /// The migration that the statement belongs to, where it is said.
    pub migration: Option<String>,
    /// `true`: the migration runs SQL at all.
    pub runs: Option<bool>,
    /// A statement of the code that is running, which goes on working.
    pub works: Option<String>,
    /// The case it is about; the first where it is not said.
    pub case: Option<String>,
    /// A part of the statement's SQL; the first statement that has it counts, the case's first where it is not said.
    pub step: Option<String>,
    /// The relation that the conditions are about; any where it is not said.
    pub relation: Option<String>,
    /// The strongest lock held on the relation at the statement's end.
    pub lock: Option<LockMode>,
    /// The strongest work done to the relation.
    pub work: Option<Work>,
    /// All of these wait on the relation.
    #[serde(default)]
    pub waits: Vec<Access>,
    /// None of these waits on the relation.
    #[serde(default)]
    pub goes_on: Vec<Access>,
    /// All of these queue up on the relation while the statement itself waits behind an open transaction.
    #[serde(default)]
    pub queues: Vec<Access>,
    /// `true`: nothing that it does takes longer on a larger table.
    pub instant: Option<bool>,
    /// The SQLSTATE with which it fails.
    pub error: Option<String>,
    /// The SQLSTATE with which code that is running fails afterwards.
    pub breaks: Option<String>,
}

impl Claim {
    /// Holds the claim against what was observed.
    #[must_use]
    pub fn judge(&self, cases: &[CaseReport]) -> ClaimReport {
        let case = match &self.case {
            Some(name) => cases.iter().find(|case| case.case == *name),
            None => cases.first(),
        };
        let (verdict, observed) = match (case, case.and_then(|case| self.step_of(case))) {
            (Some(_), step) if self.runs.is_some() => {
                let holds = self.runs == Some(step.is_some());
                let verdict = if holds {
                    Verdict::Proven
                } else {
                    Verdict::Refuted
                };
                let seen = if step.is_some() {
                    "SQL is run"
                } else {
                    "no SQL is run"
                };
                (verdict, seen.to_owned())
            }
            (None, _) => (Verdict::Inconclusive, "there is no such case".to_owned()),
            (_, None) => (Verdict::Inconclusive, "no statement of it ran".to_owned()),
            (_, Some(step)) if !step.unclear.is_empty() => {
                (Verdict::Inconclusive, step.unclear.join("; "))
            }
            (_, Some(step)) if self.holds(step) => (Verdict::Proven, self.seen(step)),
            (_, Some(step)) => (Verdict::Refuted, self.seen(step)),
        };
        ClaimReport {
            text: self.text.clone(),
            verdict,
            expected: self.expected,
            observed,
        }
    }

    fn step_of<'a>(&self, case: &'a CaseReport) -> Option<&'a StepReport> {
        let wanted = self.step.as_deref().unwrap_or_default();
        let of_migration = |step: &&StepReport| {
            let migration = self.migration.as_ref();
            migration.is_none_or(|migration| step.migration == *migration)
        };
        let mut steps = case.steps.iter().filter(of_migration);
        if self.breaks.is_some() {
            // What breaks shows at the migration's end.
            return steps
                .clone()
                .find(|step| !step.broke.is_empty())
                .or(steps.next());
        }
        if self.works.is_some() {
            return steps.next_back();
        }
        steps.find(|step| step.sql.contains(wanted))
    }

    fn holds(&self, step: &StepReport) -> bool {
        let relations = self.relations(step);
        let on_one = relations
            .iter()
            .any(|relation| self.holds_on(step, relation));
        let instant = self.instant.is_none_or(|instant| instant != step.grows);
        let error = step.error.as_ref().map(|error| &error.sqlstate);
        let fails = self
            .error
            .as_ref()
            .is_none_or(|wanted| error == Some(wanted));
        let breaks = self
            .breaks
            .as_ref()
            .is_none_or(|wanted| step.broke.iter().any(|broken| broken.sqlstate == *wanted));
        let works = self
            .works
            .as_ref()
            .is_none_or(|sql| step.broke.iter().all(|broken| broken.sql != *sql));
        (on_one || !self.is_about_a_relation()) && instant && fails && breaks && works
    }

    fn is_about_a_relation(&self) -> bool {
        let lists = [&self.waits, &self.goes_on, &self.queues];
        self.lock.is_some() || self.work.is_some() || lists.iter().any(|list| !list.is_empty())
    }

    /// The relations that may be meant.
    fn relations<'a>(&'a self, step: &'a StepReport) -> Vec<&'a str> {
        if let Some(relation) = &self.relation {
            return vec![relation];
        }
        let locked = step.locks.iter().map(|held| held.relation.as_str());
        locked
            .chain(step.waits.keys().map(String::as_str))
            .collect()
    }

    fn holds_on(&self, step: &StepReport, relation: &str) -> bool {
        let none = Vec::new();
        let waits = step.waits.get(relation).unwrap_or(&none);
        let queues = step.queues.get(relation).unwrap_or(&none);
        self.lock
            .is_none_or(|lock| lock_on(step, relation) == Some(lock))
            && self.work.is_none_or(|work| work_on(step, relation) == work)
            && self.waits.iter().all(|kind| waits.contains(kind))
            && !self.goes_on.iter().any(|kind| waits.contains(kind))
            && self.queues.iter().all(|kind| queues.contains(kind))
    }

    /// What was seen, on the relations that the claim is about.
    fn seen(&self, step: &StepReport) -> String {
        if let Some(error) = &step.error {
            return format!("fails: {} (SQLSTATE {})", error.message, error.sqlstate);
        }
        let mut texts: Vec<String> = Vec::new();
        let mut relations = self.relations(step);
        relations.sort_unstable();
        relations.dedup();
        for relation in relations {
            let lock = lock_on(step, relation).map_or("no lock", LockMode::sql_name);
            let waits = step.waits.get(relation).map_or(&[][..], Vec::as_slice);
            let queues = step.queues.get(relation).map_or(&[][..], Vec::as_slice);
            let mut text = format!("{lock} on {relation}, {}", everyday(waits, "wait"));
            if !queues.is_empty() {
                text.push_str(", ");
                text.push_str(&everyday(queues, "queue up"));
            }
            let interesting = self.relation.is_some() || !waits.is_empty() || !queues.is_empty();
            texts.extend(interesting.then_some(text));
        }
        texts.push(
            if step.grows {
                "the work grows with the table"
            } else {
                "no work that grows"
            }
            .to_owned(),
        );
        texts.extend(
            step.broke
                .first()
                .map(|broken| format!("{} fails afterwards", broken.sql)),
        );
        texts.join("; ")
    }
}

fn lock_on(step: &StepReport, relation: &str) -> Option<LockMode> {
    let mut locks = step.locks.iter();
    locks
        .find(|held| held.relation == relation)
        .map(|held| held.lock)
}

fn work_on(step: &StepReport, relation: &str) -> Work {
    let mut effects = step.effects.iter();
    let found = effects.find(|effect| effect.relation == relation);
    found.map_or(Work::None, |effect| effect.work)
}

/// What everyday work does so, in words: `INSERT and DELETE wait`.
fn everyday(kinds: &[Access], verb: &str) -> String {
    let list: Vec<&str> = [
        Access::Select,
        Access::Insert,
        Access::Update,
        Access::Delete,
    ]
    .into_iter()
    .filter(|kind| kinds.contains(kind))
    .map(Access::sql_name)
    .collect();
    match list.as_slice() {
        [] => "nobody waits".to_owned(),
        [one] => format!("only {one} has to {verb}"),
        many => format!("{} {verb}", join_and(many)),
    }
}
