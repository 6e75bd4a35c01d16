//! The worst first.

use crate::finding::Finding;

/// The findings by their level, and in their order within one: the worst first.
pub(super) fn ranked(findings: &[Finding]) -> Vec<&Finding> {
    let mut ranked: Vec<&Finding> = findings.iter().collect();
    ranked.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    ranked
}
