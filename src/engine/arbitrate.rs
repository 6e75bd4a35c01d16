//! One finding a cause: the most particular rule speaks, the others become its notes.

use crate::finding::{Finding, Harm, Note};

/// Joins findings with a common cause. `fallbacks` speak only about causes that nobody else has explained.
pub(super) fn arbitrate(findings: Vec<Finding>, fallbacks: Vec<Finding>) -> Vec<Finding> {
    let mut spoken: Vec<Finding> = Vec::new();
    // That others queue up is a remark on whatever else is wrong with the statement.
    let (queues, others): (Vec<_>, Vec<_>) = findings
        .into_iter()
        .partition(|finding| finding.causes[0].harm == Harm::Queue);
    for finding in others.into_iter().chain(queues) {
        let queues = finding.causes[0].harm == Harm::Queue;
        let known = spoken
            .iter_mut()
            .find(|other| queues || other.causes[..1] == finding.causes[..1]);
        match known {
            Some(speaker) => speaker.notes.push(Note {
                rule: Some(finding.rule),
                message: finding.message,
            }),
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
