//! A whole run: from settings to a report.

use super::circumstances::Circumstances;
use super::judge::{Judged, judge};
use super::suppress::{Suppressed, suppress};
use super::{NoWayBack, Report, Summary, faults, unread};
use crate::config::{STDIN, Settings};
use crate::finding::{Finding, Names};
use crate::frontend::{self, History, Reading, Request, View};
use crate::rule::{self, join_and};
use crate::source::{self, Direction, SourceFile, Unread};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Checks everything that the settings name; keeps what every statement does if `predictions` are asked for.
#[must_use]
pub fn run(settings: &Settings, predictions: bool) -> Report {
    let reading = read(settings, View::Run);
    let mut findings: Vec<Finding> = faults::of_reading(&reading, settings);
    findings.extend(unread::findings(&reading.unread));
    let notices = reading.histories.iter();
    let mut notices: Vec<String> = notices.flat_map(|it| it.notices.clone()).collect();
    notices.extend(settings.notices.iter().cloned());
    notices.extend(unread::notices(&reading));
    notices.extend(gone(settings));
    let roots = reading.histories.iter().map(|history| &*history.root);
    notices.extend(roots.filter_map(|root| own_version(root, settings)));
    let not_read = unread::paths(&reading);
    let is_all_excluded = settings.stdin.is_none()
        && !settings.paths.is_empty()
        && reading.excluded.len() == settings.paths.len();
    notices.sort();
    notices.dedup();
    let mut summary = Summary {
        files: reading.files,
        ..Summary::default()
    };
    let alone: Vec<bool> = reading
        .histories
        .iter()
        .map(|history| history.pending_from.is_none())
        .collect();
    let since = settings.changes.as_ref().map(|it| it.describe().to_owned());
    let is_pending_known = since.is_some() || alone.iter().any(|alone| !alone);
    let judged: Vec<Judged> = reading
        .histories
        .into_par_iter()
        .map(|history| judge_history(history, settings, predictions))
        .collect();
    let longest = judged.iter().zip(alone).filter(|(_, alone)| *alone);
    let longest = longest.max_by_key(|(judged, _)| judged.migrations.len());
    let newest = longest.and_then(|(judged, _)| judged.migrations.last());
    let newest = newest.map(|migration| migration.name.clone());
    let (mut migrations, mut release, mut one_way) = (Vec::new(), Vec::new(), Vec::new());
    let mut pending = Vec::new();
    for mut one in judged {
        one.pending.files = settings.files.clone();
        pending.extend(Some(one.pending).filter(|it| !it.migrations.is_empty()));
        one_way.extend(one.one_way);
        findings.extend(one.findings);
        release.extend(one.release.worst_first());
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
    let count = |unread: &Unread| unread.paths.len();
    summary.unread_files = reading.unread.iter().map(count).sum();
    let whole = reading.unread.iter().filter(|unread| unread.is_all);
    summary.unchecked_files = unchecked.len() + whole.map(count).sum::<usize>();
    let suppressed = suppress(findings, &migrations);
    summary.suppressed = suppressed.silenced.len();
    notices.extend(former_names(&suppressed, settings));
    notices.extend(no_way_back(&one_way));
    let findings = suppressed.kept;
    let mut findings = leveled(findings, settings);
    for pending in &pending {
        pending.fix(&mut findings);
    }
    summary.count(&findings);
    let mut report = Report {
        version: settings.version,
        version_from: settings.version_from.clone(),
        findings,
        summary,
        migrations,
        pending,
        release,
        one_way,
        is_pending_known,
        since,
        newest,
        stale: Vec::new(),
        notices,
        not_read,
        top: source::top_of_repository(),
        is_all_excluded,
    };
    if let Some(baseline) = &settings.baseline {
        report.set_aside(baseline, settings);
    }
    report
}

/// Reads what the settings name.
pub(super) fn read(settings: &Settings, view: View) -> Reading {
    let mut source = source::Request {
        paths: settings.paths.clone(),
        exclude: settings.exclude.clone(),
        force_exclude: settings.force_exclude,
        overrides: settings.overrides.clone(),
        transaction: settings.transaction,
        files: settings.files.clone(),
        direction: settings.direction,
        changes: settings.changes.clone(),
    };
    let mut text = None;
    if let Some((name, typed)) = &settings.stdin {
        if name != Path::new(STDIN) && source::is_known(name) {
            // It stands in for the file of that name, in its history.
            source.paths = vec![name.clone()];
            source.files = Arc::new(source::Instead::new(name, typed.clone()));
        } else {
            text = Some((name.as_path(), typed.as_str()));
        }
    }
    frontend::read(&Request {
        source,
        text,
        start_after: settings.start_after.as_deref(),
        django: &settings.django,
        view,
        base_schemas: &settings.base_schemas,
    })
}

/// How many files that are gone are named.
const GONE: usize = 5;

/// Migrations that were there and are gone: what comes after them is judged without them.
fn gone(settings: &Settings) -> Vec<String> {
    let Some(changes) = &settings.changes else {
        return Vec::new();
    };
    let wanted = |path: &Path| {
        let is_sql = path.extension().is_some_and(|end| end == "sql");
        is_sql || source::is_python_migration(path)
    };
    let folders = settings.paths.iter().filter(|path| path.is_dir());
    let mut gone: Vec<PathBuf> = folders
        .flat_map(|path| changes.gone(path, &wanted))
        .collect();
    gone.sort();
    gone.dedup();
    let more = gone.len().saturating_sub(GONE);
    let told = gone.iter().take(GONE).map(|path| {
        format!(
            "{} is gone: check the whole folder, for what comes after it may need it",
            path.display()
        )
    });
    let rest = (more > 0).then(|| format!("and {more} more are gone"));
    told.chain(rest).collect()
}

/// That a history is judged for another version than the others.
fn own_version(root: &Path, settings: &Settings) -> Option<String> {
    let own = settings.database(root).filter(|own| own.has_version)?;
    Some(format!(
        "{}: PostgreSQL {}",
        own.path.display(),
        own.version
    ))
}

fn judge_history(history: History, settings: &Settings, predictions: bool) -> Judged {
    let mut parameters = history.parameters;
    let own = settings.database(&history.root);
    let session = own.map_or(&settings.session, |own| &own.session);
    // What the config says is set after the runner has done so.
    parameters.extend(session.parameters.clone());
    judge(
        history.migrations,
        &Circumstances {
            version: own.map_or(settings.version, |own| own.version),
            sizes: own.map_or(&settings.sizes, |own| &own.sizes),
            parameters: &parameters,
            pending_from: history.pending_from,
            direction: settings.direction,
            fixes: settings.direction == Direction::Up
                && (history.pending_from.is_some() || settings.names_files()),
            predictions,
        },
    )
}

/// Which migrations cannot be taken back, and why.
fn no_way_back(one_way: &[(Arc<SourceFile>, String, NoWayBack)]) -> Vec<String> {
    let mut names: BTreeMap<NoWayBack, Names> = BTreeMap::new();
    for (_, name, why) in one_way {
        names.entry(*why).or_default().push(name);
    }
    let told = names.into_iter().map(|(why, names)| {
        let why = match why {
            NoWayBack::Unsupported => "their runner takes nothing back",
            NoWayBack::Missing => "no down side is written",
            NoWayBack::Unread => "their down side was not read",
        };
        format!("not taken back: {names}: {why}")
    });
    told.collect()
}

/// That names are used which rules had before they were split off or renamed.
fn former_names(suppressed: &Suppressed, settings: &Settings) -> Vec<String> {
    let mut names = settings.levels.former();
    names.extend(suppressed.former.iter().map(String::as_str));
    let told = names.into_iter().map(|name| {
        let now = rule::named(name).map(|entry| entry.id);
        let now: Vec<&str> = now.filter(|id| *id != name).collect();
        format!(
            "{name} has been split, and still stands for all of {}: name the rule that is meant",
            join_and(&now)
        )
    });
    told.collect()
}

/// What the config says of each rule; sorted by place.
fn leveled(mut findings: Vec<Finding>, settings: &Settings) -> Vec<Finding> {
    let levels = &settings.levels;
    findings.retain_mut(|finding| {
        let entry = rule::find(finding.rule);
        let level = entry.and_then(|entry| levels.of(entry, finding.file.path()));
        if let Some(Some(level)) = level {
            finding.level = level;
        }
        level != Some(None)
    });
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.span.start, finding.span.end, finding.rule);
        a.file
            .path()
            .cmp(b.file.path())
            .then_with(|| key(a).cmp(&key(b)))
    });
    findings
}
