//! One finding a cause: the most particular rule speaks, the others become its notes.

use crate::finding::{Finding, Note};

/// Joins findings with a common cause. `fallbacks` speak only about causes that nobody else has explained.
pub(super) fn arbitrate(findings: Vec<Finding>, fallbacks: Vec<Finding>) -> Vec<Finding> {
    let mut spoken: Vec<Finding> = Vec::new();
    for finding in findings {
        let known = spoken
            .iter_mut()
            .find(|other| other.causes[..1] == finding.causes[..1]);
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
