//! One finding a cause: the most particular rule speaks, the others become its notes.

use crate::finding::{Finding, Harm, Note};

/// Joins findings with a common cause. `fallbacks` speak only about causes that nobody else has explained.
pub(super) fn arbitrate(findings: Vec<Finding>, fallbacks: Vec<Finding>) -> Vec<Finding> {
    let mut spoken: Vec<Finding> = Vec::new();
    for finding in findings {
        let known = spoken
            .iter_mut()
            .find(|other| other.causes[..1] == finding.causes[..1]);
        match known {
            Some(speaker) => speaker.notes.push(note(finding)),
            None => spoken.push(finding),
        }
    }
    let explained: Vec<_> = spoken
        .iter()
        .flat_map(|finding| finding.causes.clone())
        .collect();
    let more = fallbacks
        .into_iter()
        .filter(|finding| !finding.causes.iter().any(|cause| explained.contains(cause)));
    spoken.extend(more);
    spoken
}

/// That others queue up is a remark on whatever else is wrong at the same place of a migration.
pub(super) fn join_queues(findings: Vec<Finding>) -> Vec<Finding> {
    let queues = |finding: &Finding| finding.causes[0].harm == Harm::Queue;
    let (queues, mut spoken): (Vec<_>, Vec<_>) = findings.into_iter().partition(queues);
    for finding in queues {
        let same = |other: &&mut Finding| other.statement == finding.statement;
        match spoken.iter_mut().find(same) {
            Some(speaker) => speaker.notes.push(note(finding)),
            None => spoken.push(finding),
        }
    }
    spoken
}

fn note(finding: Finding) -> Note {
    Note {
        rule: Some(finding.rule),
        message: finding.message,
    }
}
