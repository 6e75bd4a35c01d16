//! A whole run: from settings to a report.

use super::judge::{Circumstances, Judged, judge};
use super::{Report, Summary, faults, read};
use crate::config::Settings;
use crate::finding::{Finding, Level};
use crate::ir::Migration;
use crate::rule;
use crate::source::{self, Discovery, History, Request};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Checks everything that the settings name.
#[must_use]
pub fn run(settings: &Settings) -> Report {
    let mut discovery = find(settings);
    let histories = std::mem::take(&mut discovery.histories);
    let mut findings: Vec<Finding> = faults::of_discovery(&discovery);
    let mut summary = Summary {
        files: discovery.files,
        ..Summary::default()
    };
    let judged: Vec<Judged> = histories
        .into_par_iter()
        .map(|history| judge_history(history, settings))
        .collect();
    let mut migrations = Vec::new();
    for one in judged {
        findings.extend(one.findings);
        migrations.extend(one.migrations);
    }
    summary.migrations = migrations.len();
    for report in &migrations {
        summary.statements += report.outcomes.len();
        let unknown = report.outcomes.iter().filter(|outcome| !outcome.known);
        summary.unknown_statements += unknown.count();
    }
    let unchecked: BTreeSet<PathBuf> = findings
        .iter()
        .filter(|finding| faults::is_unchecked(finding))
        .map(|finding| finding.file.path().to_owned())
        .collect();
    summary.unchecked_files = unchecked.len();
    let findings = leveled(findings, settings);
    for finding in &findings {
        match finding.level {
            Level::Error => summary.errors += 1,
            Level::Warning => summary.warnings += 1,
            Level::Info => summary.infos += 1,
        }
    }
    Report {
        version: settings.version,
        version_from: settings.version_from.clone(),
        findings,
        summary,
        migrations,
    }
}

fn find(settings: &Settings) -> Discovery {
    if let Some((path, text)) = &settings.stdin {
        return source::from_text(path, text.clone(), settings.transaction);
    }
    source::discover(&Request {
        paths: settings.paths.clone(),
        exclude: settings.exclude.clone(),
        overrides: settings.overrides.clone(),
        transaction: settings.transaction,
    })
}

fn judge_history(mut history: History, settings: &Settings) -> Judged {
    let start = settings
        .start_after
        .as_ref()
        .and_then(|name| deploy_until(&mut history, name));
    let pending_known = start.is_some() || history.scripts.iter().any(|script| !script.reported);
    let migrations: Vec<Migration> = history
        .scripts
        .into_par_iter()
        .map(read::migration)
        .collect();
    let problems = faults::of_migrations(&migrations);
    let mut judged = judge(
        migrations,
        &Circumstances {
            version: settings.version,
            sizes: &settings.sizes,
            parameters: &settings.session.parameters,
            pending_known,
        },
    );
    judged.findings.extend(problems);
    judged
}

/// Makes context of the migration called `name` and of all before it; where there is none of that name, nothing changes.
fn deploy_until(history: &mut History, name: &str) -> Option<usize> {
    let called = |known: &str| {
        known == name
            || known
                .strip_prefix(name)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let last = history
        .scripts
        .iter()
        .rposition(|script| called(&script.name))?;
    for script in &mut history.scripts[..=last] {
        script.reported = false;
    }
    Some(last)
}

/// What the config says of each rule; sorted by place.
fn leveled(findings: Vec<Finding>, settings: &Settings) -> Vec<Finding> {
    let levels = &settings.levels;
    let mut kept: Vec<Finding> = findings
        .into_iter()
        .filter(|finding| rule::find(finding.rule).is_none_or(|entry| levels.enabled(entry)))
        .collect();
    for finding in &mut kept {
        if let Some(Some(level)) = levels.explicit.get(finding.rule) {
            finding.level = *level;
        }
    }
    kept.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.span.start, finding.span.end, finding.rule);
        a.file
            .path()
            .cmp(b.file.path())
            .then_with(|| key(a).cmp(&key(b)))
    });
    kept
}
