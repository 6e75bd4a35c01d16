//! The baseline: findings that were there before, by their fingerprints, so that only new ones are reported.

mod file;

pub use file::{Baseline, BaselineError, Entry};

use crate::finding::{Finding, fingerprints};
use crate::rule;
use crate::source::slashes;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::path::Path;

/// Findings held against a baseline.
#[derive(Debug)]
pub struct Compared {
    /// Those that it does not hold.
    pub new: Vec<Finding>,
    /// How many it holds.
    pub known: usize,
    /// Its entries that no finding is any more; by their place in it.
    pub stale: Vec<usize>,
}

impl Baseline {
    /// Parts new findings from those that are known: one entry stands for one finding of its rule, by whatever name that had, with its fingerprint; in its
    /// file first, in another one where that was renamed. What `may_be_known` denies is always new. An entry can only be stale where `is_judged` says that all
    /// findings of its file are here.
    #[must_use]
    pub fn compare(
        &self,
        findings: Vec<Finding>,
        may_be_known: impl Fn(&Finding) -> bool,
        is_judged: impl Fn(&Entry) -> bool,
    ) -> Compared {
        let prints = fingerprints(&findings);
        let mut by_print: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (at, entry) in self.entries.iter().enumerate() {
            by_print.entry(&entry.fingerprint).or_default().push(at);
        }
        let mut used = vec![false; self.entries.len()];
        let mut known = vec![false; findings.len()];
        for in_its_file in [true, false] {
            for (at, (finding, print)) in findings.iter().zip(&prints).enumerate() {
                if known[at] || !may_be_known(finding) {
                    continue;
                }
                let path = self.path_of(finding.file.path());
                let entries = by_print.get(print.as_str());
                let mut entries = entries.into_iter().flatten().copied();
                let found = entries.find(|entry| {
                    let own = &self.entries[*entry];
                    !used[*entry] && own.is_of(finding.rule) && (!in_its_file || own.path == path)
                });
                if let Some(entry) = found {
                    used[entry] = true;
                    known[at] = true;
                }
            }
        }
        let unused = (0..used.len()).filter(|at| !used[*at] && is_judged(&self.entries[*at]));
        let stale = unused.collect();
        let count = known.iter().filter(|known| **known).count();
        let mut is_known = known.into_iter();
        let mut new = findings;
        new.retain(|_| !is_known.next().unwrap_or(false));
        Compared {
            new,
            known: count,
            stale,
        }
    }

    /// The baseline of these findings; of what `kept` says, the entries of this one stay.
    #[must_use]
    pub fn renewed(&self, findings: &[&Finding], kept: impl Fn(&Entry) -> bool) -> Self {
        let prints = fingerprints(findings.iter().copied());
        let new = findings
            .iter()
            .zip(prints)
            .map(|(finding, fingerprint)| Entry {
                path: self.path_of(finding.file.path()),
                rule: finding.rule.to_owned(),
                fingerprint,
            });
        let old = self.entries.iter().filter(|entry| kept(entry)).cloned();
        let mut entries: Vec<Entry> = old.chain(new).collect();
        entries.sort();
        Self {
            path: self.path.clone(),
            entries,
        }
    }

    /// The same without these entries.
    #[must_use]
    pub fn without(&self, stale: &[usize]) -> Self {
        let stale: BTreeSet<usize> = stale.iter().copied().collect();
        let entries = self.entries.iter().enumerate();
        let kept = entries.filter(|(at, _)| !stale.contains(at));
        Self {
            path: self.path.clone(),
            entries: kept.map(|(_, entry)| entry.clone()).collect(),
        }
    }

    /// A path as entries have it: seen from the folder of the baseline, with forward slashes.
    #[must_use]
    pub fn path_of(&self, path: &Path) -> String {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let path = absolute(path);
        let own = absolute(&self.path);
        let folder = own.parent().unwrap_or(Path::new(""));
        match path.strip_prefix(folder) {
            Ok(below) => slashes(below),
            Err(_) => slashes(&path),
        }
    }
}

impl Entry {
    /// Whether it is of this rule, under whatever name that had.
    fn is_of(&self, rule: &str) -> bool {
        rule::named(&self.rule).any(|entry| entry.id == rule)
    }
}
