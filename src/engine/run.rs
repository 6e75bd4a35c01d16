//! A whole run: from settings to a report.

use super::judge::{Circumstances, Judged, judge};
use super::suppress::suppress;
use super::{Report, Summary, faults, read};
use crate::config::Settings;
use crate::finding::{Finding, Level};
use crate::rule;
use crate::source::{self, Discovery, History, Request};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Checks everything that the settings name; keeps what every statement does if `predictions` are asked for.
#[must_use]
pub fn run(settings: &Settings, predictions: bool) -> Report {
    let mut discovery = find(settings);
    let mut histories = std::mem::take(&mut discovery.histories);
    let mut findings: Vec<Finding> = faults::of_discovery(&discovery);
    if let Some(name) = &settings.start_after {
        let found = histories
            .iter_mut()
            .map(|history| deploy_until(history, name));
        if !found.fold(false, |any, found| any | found) {
            findings.push(faults::start_after(name, settings));
        }
    }
    let mut summary = Summary {
        files: discovery.files,
        ..Summary::default()
    };
    let judged: Vec<Judged> = histories
        .into_par_iter()
        .map(|history| judge_history(history, settings, predictions))
        .collect();
    let mut migrations = Vec::new();
    for one in judged {
        findings.extend(one.findings);
        migrations.extend(one.migrations);
    }
    summary.migrations = migrations.len();
    for report in &migrations {
        summary.statements += report.statements.len();
        let unknown = report.statements.iter().filter(|report| !report.known);
        summary.unknown_statements += unknown.count();
    }
    let unchecked: BTreeSet<PathBuf> = findings
        .iter()
        .filter(|finding| faults::is_unchecked(finding))
        .map(|finding| finding.file.path().to_owned())
        .collect();
    summary.unchecked_files = unchecked.len();
    let suppressed = suppress(findings, &migrations);
    summary.suppressed = suppressed.silenced.len();
    let findings = suppressed.kept;
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

fn judge_history(history: History, settings: &Settings, predictions: bool) -> Judged {
    let first = history.scripts.iter().position(|script| script.reported);
    let context = history.scripts.iter().any(|script| !script.reported);
    judge(
        read::migrations(history.scripts),
        &Circumstances {
            version: settings.version,
            sizes: &settings.sizes,
            parameters: &settings.session.parameters,
            pending_from: first.filter(|_| context),
            predictions,
        },
    )
}

/// Makes context of the migration called `name` and of all before it; `false` where there is none of that name.
fn deploy_until(history: &mut History, name: &str) -> bool {
    let called = |known: &str| {
        known == name
            || known
                .strip_prefix(name)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let mut scripts = history.scripts.iter();
    let Some(last) = scripts.rposition(|script| called(&script.name)) else {
        return false;
    };
    for script in &mut history.scripts[..=last] {
        script.reported = false;
    }
    true
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
