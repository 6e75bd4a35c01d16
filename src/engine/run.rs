//! A whole run: from settings to a report.

use super::judge::{Circumstances, Judged, judge};
use super::suppress::suppress;
use super::{Report, Summary, faults, read};
use crate::config::Settings;
use crate::django::facts::View;
use crate::django::history as django;
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
    let mut findings: Vec<Finding> = faults::of_discovery(&discovery);
    let Gathered {
        scripts,
        projects,
        is_started,
    } = gather(&mut discovery, settings, View::Run);
    if let Some(name) = settings.start_after.as_ref().filter(|_| !is_started) {
        findings.push(faults::start_after(name, settings));
    }
    let notices = projects.iter().filter_map(notice).collect::<BTreeSet<_>>();
    let mut summary = Summary {
        files: discovery.files,
        ..Summary::default()
    };
    let mut judged: Vec<Judged> = scripts
        .into_par_iter()
        .map(|history| judge_history(history, settings, predictions))
        .collect();
    judged.par_extend(
        projects
            .into_par_iter()
            .map(|history| judge_project(history, settings, predictions)),
    );
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
        notices: notices.into_iter().collect(),
        passed_over: discovery.passed_over,
    }
}

/// The histories of a run.
pub(super) struct Gathered {
    pub(super) scripts: Vec<History>,
    pub(super) projects: Vec<django::History>,
    /// Whether a migration is called as `start-after` says; where it says nothing, too.
    pub(super) is_started: bool,
}

/// Puts what was found into histories, and makes context of what is deployed.
pub(super) fn gather(discovery: &mut Discovery, settings: &Settings, view: View) -> Gathered {
    let mut scripts = std::mem::take(&mut discovery.histories);
    let wish = django::Wish {
        options: &settings.django,
        start_after: settings.start_after.as_deref(),
        view,
    };
    let (projects, mut is_started) = django::histories(std::mem::take(&mut discovery.python), wish);
    match &settings.start_after {
        Some(name) => {
            for history in &mut scripts {
                is_started |= deploy_until(history, name);
            }
        }
        None => is_started = true,
    }
    Gathered {
        scripts,
        projects,
        is_started,
    }
}

/// What was assumed of a project without being told.
fn notice(history: &django::History) -> Option<String> {
    let (major, minor) = history.version;
    history
        .version_from
        .is_none()
        .then(|| format!("Django {major}.{minor}: the newest known, set version under [django]"))
}

/// Judges the migrations of a Django project, whose sessions begin in the time zone that Django sets.
fn judge_project(history: django::History, settings: &Settings, predictions: bool) -> Judged {
    let mut parameters = settings.session.parameters.clone();
    parameters
        .entry("timezone".to_owned())
        .or_insert(history.time_zone);
    let first = history
        .migrations
        .iter()
        .position(|migration| migration.reported);
    judge(
        history.migrations,
        &Circumstances {
            version: settings.version,
            sizes: &settings.sizes,
            parameters: &parameters,
            pending_from: first.filter(|_| history.pending),
            predictions,
        },
    )
}

pub(super) fn find(settings: &Settings) -> Discovery {
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
