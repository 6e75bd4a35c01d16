//! A whole run: from settings to a report.

use super::circumstances::Circumstances;
use super::judge::{Judged, judge};
use super::suppress::suppress;
use super::{Report, Summary, faults};
use crate::config::Settings;
use crate::finding::{Finding, Level};
use crate::frontend::{self, History, Reading, Request, View};
use crate::rule;
use crate::source;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Checks everything that the settings name; keeps what every statement does if `predictions` are asked for.
#[must_use]
pub fn run(settings: &Settings, predictions: bool) -> Report {
    let reading = read(settings, View::Run);
    let mut findings: Vec<Finding> = faults::of_reading(&reading, settings);
    let notices = reading.histories.iter();
    let notices: BTreeSet<String> = notices.filter_map(|it| it.notice.clone()).collect();
    let mut summary = Summary {
        files: reading.files,
        ..Summary::default()
    };
    let judged: Vec<Judged> = reading
        .histories
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
        notices: notices.into_iter().collect(),
        passed_over: reading.passed_over,
    }
}

/// Reads what the settings name.
pub(super) fn read(settings: &Settings, view: View) -> Reading {
    let text = settings.stdin.as_ref();
    frontend::read(&Request {
        source: source::Request {
            paths: settings.paths.clone(),
            exclude: settings.exclude.clone(),
            overrides: settings.overrides.clone(),
            transaction: settings.transaction,
        },
        text: text.map(|(path, text)| (path.as_path(), text.as_str())),
        start_after: settings.start_after.as_deref(),
        django: &settings.django,
        view,
        base_schemas: &settings.base_schemas,
    })
}

fn judge_history(history: History, settings: &Settings, predictions: bool) -> Judged {
    let mut parameters = history.parameters;
    // What the config says is set after the runner has done so.
    parameters.extend(settings.session.parameters.clone());
    judge(
        history.migrations,
        &Circumstances {
            version: settings.version,
            sizes: &settings.sizes,
            parameters: &parameters,
            pending_from: history.pending_from,
            predictions,
        },
    )
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
