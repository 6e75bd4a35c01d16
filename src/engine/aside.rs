//! Findings that the baseline holds are set aside.

use super::{Report, Summary, is_unchecked};
use crate::baseline::{Baseline, Entry};
use crate::config::Settings;
use crate::finding::{Finding, Level};
use crate::rule;
use std::collections::BTreeSet;
use std::path::Path;

impl Summary {
    /// Counts these findings, and none but these.
    pub(super) fn count(&mut self, findings: &[Finding]) {
        let of = |level| findings.iter().filter(|it| it.level == level).count();
        self.errors = of(Level::Error);
        self.warnings = of(Level::Warning);
        self.infos = of(Level::Info);
    }
}

impl Report {
    /// Sets aside what the baseline holds; what could not be checked is never known. `settings` are those of the run.
    pub fn set_aside(&mut self, baseline: &Baseline, settings: &Settings) {
        let findings = std::mem::take(&mut self.findings);
        let judged = self.judged(baseline, settings);
        let compared = baseline.compare(findings, |finding| !is_unchecked(finding), judged);
        self.findings = compared.new;
        self.stale = compared.stale;
        self.summary.baselined = compared.known;
        self.summary.count(&self.findings);
    }

    /// The baseline of all that was found; entries of files that were not looked at stay, and of rules that did not speak.
    #[must_use]
    pub fn baseline(&self, old: &Baseline, settings: &Settings) -> Baseline {
        let known: Vec<&Finding> = self
            .findings
            .iter()
            .filter(|it| !is_unchecked(it))
            .collect();
        let judged = self.judged(old, settings);
        old.renewed(&known, |entry| !judged(entry))
    }

    /// Whether all findings of an entry's file are here: it was judged, or is gone from a folder that was looked through.
    fn judged(&self, baseline: &Baseline, settings: &Settings) -> impl Fn(&Entry) -> bool + use<> {
        let files = self
            .migrations
            .iter()
            .map(|migration| migration.file.path());
        let judged: BTreeSet<String> = files.map(|path| baseline.path_of(path)).collect();
        let root = baseline.path.parent().unwrap_or(Path::new("")).to_owned();
        let levels = settings.levels.clone();
        let through = settings.paths.iter().filter(|_| !self.is_pending_known);
        let through: Vec<String> = through.map(|path| baseline.path_of(path)).collect();
        move |entry: &Entry| {
            let inside =
                |folder: &String| folder.is_empty() || Path::new(&entry.path).starts_with(folder);
            let file = root.join(&entry.path);
            let speaks = |rule: &rule::Entry| levels.of(rule, &file) != Some(None);
            rule::named(&entry.rule).any(speaks)
                && (judged.contains(&entry.path) || through.iter().any(inside) && !file.exists())
        }
    }
}
