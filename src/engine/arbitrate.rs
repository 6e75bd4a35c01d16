//! One finding a cause: the gravest speaks, of equals that of the first rule, and the others become its notes.

use crate::effects::Reason;
use crate::finding::{Cause, Finding, Harm, Level, Note, Waits};
use crate::ir::{Action, Migration};
use crate::schema::RelationId;
use crate::source::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Joins findings with a common cause. `fallbacks` speak only about causes that nobody else has explained.
pub(super) fn arbitrate(findings: Vec<Finding>, fallbacks: Vec<Finding>) -> Vec<Finding> {
    let mut spoken: Vec<Finding> = Vec::new();
    let mut speakers: FxHashMap<Option<Cause>, usize> = FxHashMap::default();
    for mut finding in findings {
        let chief = finding.causes.first().copied();
        let at = *speakers.entry(chief).or_insert(spoken.len());
        match spoken.get_mut(at) {
            Some(speaker) => {
                if finding.level > speaker.level {
                    std::mem::swap(speaker, &mut finding);
                    speaker.notes.append(&mut finding.notes);
                }
                speaker.notes.push(note(finding));
            }
            None => spoken.push(finding),
        }
    }
    if fallbacks.is_empty() {
        return spoken;
    }
    let causes = spoken.iter().flat_map(|finding| &finding.causes);
    let explained: FxHashSet<Cause> = causes.copied().collect();
    let more = fallbacks
        .into_iter()
        .filter(|finding| !finding.causes.iter().any(|cause| explained.contains(cause)));
    spoken.extend(more);
    spoken
}

/// The findings of a statement and of what it makes run. Those of one place that are about the same work on the same table, or say the same, are one.
pub(super) fn join_pieces(mut pieces: Vec<Vec<Finding>>) -> Vec<Finding> {
    if pieces.len() == 1 {
        return pieces.pop().unwrap_or_default();
    }
    let mut spoken: Vec<Finding> = Vec::new();
    for finding in pieces.into_iter().flatten() {
        let same = |known: &Finding| {
            let waits = matches!(finding.causes[0].harm, Harm::Wait(_) | Harm::Queue);
            let says = known.rule == finding.rule && known.message == finding.message;
            known.statement == finding.statement
                && (says || waits && known.causes.contains(&finding.causes[0]))
        };
        if !spoken.iter().any(same) {
            spoken.push(finding);
        }
    }
    spoken
}

/// One operation may read and write rows many times: what is said of it is said once, and not too that it is so while rows are read where the same wait
/// while rows are written.
pub(super) fn join_rows(mut findings: Vec<Finding>) -> Vec<Finding> {
    let harm = |finding: &Finding| finding.causes[0].harm;
    let mut told: FxHashSet<(Span, String)> = FxHashSet::default();
    let mut writes: HashMap<Span, Vec<(Level, Waits)>> = HashMap::new();
    findings.retain(|finding| match harm(finding) {
        Harm::Wait(Reason::Rows | Reason::Batches | Reason::Query)
        | Harm::Slows
        | Harm::Unchecked => told.insert((finding.span, finding.message.clone())),
        _ => true,
    });
    for finding in &findings {
        if let Harm::Wait(Reason::Rows | Reason::Batches) = harm(finding) {
            let here = writes.entry(finding.span).or_default();
            here.push((finding.level, finding.waits.clone()));
        }
    }
    findings.retain(|finding| {
        let reads = harm(finding) == Harm::Wait(Reason::Query);
        let mut here = writes.get(&finding.span).into_iter().flatten();
        let same = |(level, waits): &(Level, Waits)| {
            *level >= finding.level && waits.covers(&finding.waits)
        };
        !(reads && here.any(same))
    });
    findings
}

/// That others queue up is a remark on whatever else is wrong at the same place of a migration, unless that is a lesser thing, or no more than good to know.
pub(super) fn join_queues(findings: Vec<Finding>) -> Vec<Finding> {
    let queues = |finding: &Finding| finding.causes[0].harm == Harm::Queue;
    let (mut queues, mut spoken): (Vec<_>, Vec<_>) = findings.into_iter().partition(queues);
    queues.sort_by_key(|finding| Reverse(finding.level));
    let mut speakers: HashMap<Span, usize> = HashMap::new();
    for (at, finding) in spoken.iter().enumerate() {
        let speaker = speakers.entry(finding.statement).or_insert(at);
        if finding.level > spoken[*speaker].level {
            *speaker = at;
        }
    }
    for finding in queues {
        let speaker = speakers.get(&finding.statement).copied();
        let graver = speaker.filter(|at| spoken[*at].level >= finding.level.max(Level::Warning));
        let at = graver.unwrap_or(spoken.len());
        speakers.insert(finding.statement, at);
        match spoken.get_mut(at) {
            Some(speaker) => speaker.notes.push(note(finding)),
            None => spoken.push(finding),
        }
    }
    spoken
}

/// That a table goes says all of the code that it breaks: not told too is what the migration takes off it before.
pub(super) fn without_parts_of_what_goes(
    mut findings: Vec<Finding>,
    migration: &Migration,
    is_gone: impl Fn(RelationId) -> bool,
) -> Vec<Finding> {
    let broken = |finding: &Finding| {
        let cause = &finding.causes[0];
        let relation = cause.relation.filter(|id| is_gone(*id));
        relation.filter(|_| cause.harm == Harm::BreaksCode)
    };
    let drops = |finding: &Finding| {
        let mut own = migration.statements.iter();
        own.any(|one| one.span == finding.statement && matches!(one.action, Action::Drop(_)))
    };
    let going = findings.iter().filter(|finding| drops(finding));
    let going: HashMap<RelationId, usize> = going
        .filter_map(|finding| Some((broken(finding)?, finding.causes[0].statement)))
        .collect();
    findings.retain(|finding| {
        let goes = broken(finding).and_then(|id| going.get(&id));
        goes.is_none_or(|at| finding.causes[0].statement >= *at)
    });
    findings
}

fn note(finding: Finding) -> Note {
    Note {
        rule: Some(finding.rule),
        message: finding.message,
    }
}
