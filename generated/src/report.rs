//! Counts by version and family, and each kind of difference once.

use crate::compare::{Aspect, Compared, Difference, WaitCounts};
use mig_lint::postgres::Version;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::time::Duration;

/// A kind of difference: the family of statements, and what differs, without names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Signature {
    pub(crate) family: String,
    pub(crate) aspect: Aspect,
    pub(crate) predicted: String,
    pub(crate) observed: String,
    pub(crate) index: bool,
}

impl Signature {
    pub(crate) fn of(family: &str, difference: &Difference) -> Self {
        let name = &difference.relation;
        let index = ["_idx", "_key", "_pkey", "_px", "_ux", "_ix"]
            .iter()
            .any(|part| name.contains(part));
        Self {
            family: family.to_owned(),
            aspect: difference.aspect,
            predicted: difference.predicted.clone(),
            observed: difference.observed.clone(),
            index,
        }
    }
}

#[derive(Debug, Default)]
struct Count {
    observed: usize,
    right: usize,
    refused: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Report {
    counts: BTreeMap<(Version, String), Count>,
    signatures: BTreeMap<Signature, usize>,
    reasons: BTreeMap<&'static str, usize>,
    waits: BTreeMap<Version, WaitCounts>,
}

impl Report {
    pub(crate) fn count(
        &mut self,
        version: Version,
        family: &str,
        compared: &Compared,
        refused: bool,
    ) {
        let count = self.counts.entry((version, family.to_owned())).or_default();
        if refused {
            count.refused += 1;
            return;
        }
        count.observed += 1;
        count.right += usize::from(compared.differences.is_empty());
        for (reason, times) in &compared.reasons {
            *self.reasons.entry(reason).or_default() += times;
        }
        let waits = self.waits.entry(version).or_default();
        waits.observed += compared.waits.observed;
        waits.predicted += compared.waits.predicted;
        waits.both += compared.waits.both;
    }

    /// Those that were not seen before.
    pub(crate) fn new_signatures(
        &mut self,
        family: &str,
        compared: &Compared,
    ) -> Vec<(Signature, Difference)> {
        let mut new = Vec::new();
        let mut here = BTreeSet::new();
        for difference in &compared.differences {
            let signature = Signature::of(family, difference);
            if here.insert(signature.clone()) {
                let times = self.signatures.entry(signature.clone()).or_default();
                *times += 1;
                if *times == 1 {
                    new.push((signature, difference.clone()));
                }
            }
        }
        new
    }

    #[allow(clippy::unused_self, reason = "it tells as it goes")]
    pub(crate) fn tell(
        &self,
        (signature, difference): &(Signature, Difference),
        seed: u64,
        version: Version,
        sql: &[String],
    ) {
        let mut out = std::io::stdout().lock();
        // Whoever closed the pipe wants no more.
        let _ = writeln!(
            out,
            "\n{:?} ({}, schema {seed}, PostgreSQL {version}) {}: predicted {}, observed {}\n  {}",
            signature.aspect,
            signature.family,
            difference.relation,
            difference.predicted,
            difference.observed,
            sql.join(";\n  ")
        );
    }

    /// Everything else that differs in the same case.
    #[allow(clippy::unused_self, reason = "it tells as it goes")]
    pub(crate) fn tell_all(&self, compared: &Compared) {
        let mut out = std::io::stdout().lock();
        for one in &compared.differences {
            let _ = writeln!(
                out,
                "    {:?} {}: {} / {}",
                one.aspect, one.relation, one.predicted, one.observed
            );
        }
    }

    #[allow(clippy::unused_self, reason = "it tells as it goes")]
    pub(crate) fn tell_small(&self, setup: &[String]) {
        let mut out = std::io::stdout().lock();
        for one in setup {
            let _ = writeln!(out, "    {one};");
        }
    }

    /// Of all observations, how many were right in everything.
    pub(crate) fn percent(&self) -> f64 {
        let all: usize = self.counts.values().map(|count| count.observed).sum();
        let right: usize = self.counts.values().map(|count| count.right).sum();
        share(right, all)
    }

    /// How many were right, of how many observations.
    pub(crate) fn total(&self) -> (usize, usize) {
        let counts = self.counts.values();
        counts.fold((0, 0), |(right, all), count| {
            (right + count.right, all + count.observed)
        })
    }

    /// By version and family: how many were right, of how many.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (Version, &str, usize, usize)> {
        let counts = self.counts.iter();
        counts.map(|((version, family), count)| {
            (*version, family.as_str(), count.right, count.observed)
        })
    }

    /// What was left out, and the waits of each version.
    pub(crate) fn lines(&self) -> Vec<String> {
        let reasons = self.reasons.iter();
        let mut lines: Vec<String> = reasons
            .map(|(reason, times)| format!("left out {times} times: {reason}"))
            .collect();
        for (version, waits) in &self.waits {
            lines.push(format!(
                "PostgreSQL {version}: {} waits observed, {:.2} % of them predicted; {} predicted, {:.2} % of them observed",
                waits.observed,
                share(waits.both, waits.observed),
                waits.predicted,
                share(waits.both, waits.predicted)
            ));
        }
        lines
    }

    pub(crate) fn print(&self, took: Duration) {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(
            out,
            "\nversion  family          observed    right  percent  refused"
        );
        for ((version, family), count) in &self.counts {
            let percent = share(count.right, count.observed);
            let _ = writeln!(
                out,
                "{version:>7}  {family:14} {:>9} {:>8}  {percent:>6.2}  {:>7}",
                count.observed, count.right, count.refused
            );
        }
        let mut signatures: Vec<(&Signature, &usize)> = self.signatures.iter().collect();
        signatures.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
        for (signature, times) in signatures.iter().take(60) {
            let index = if signature.index { " (index)" } else { "" };
            let _ = writeln!(
                out,
                "{times:>5} x {:?} in {}{index}: predicted {}, observed {}",
                signature.aspect, signature.family, signature.predicted, signature.observed
            );
        }
        for line in self.lines() {
            let _ = writeln!(out, "{line}");
        }
        let observed: usize = self.counts.values().map(|count| count.observed).sum();
        let _ = writeln!(
            out,
            "{observed} observations in {:.0} s, {:.2} % right in everything",
            took.as_secs_f64(),
            self.percent()
        );
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
pub(crate) fn share(part: usize, all: usize) -> f64 {
    if all == 0 {
        100.0
    } else {
        part as f64 * 100.0 / all as f64
    }
}
