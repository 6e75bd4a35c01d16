//! The last lines: how many of what, in what, for which PostgreSQL, and what was not checked.

use super::facts;
use super::look::{Look, count, pad};
use crate::config::Settings;
use crate::engine::{Report, is_unchecked};
use crate::finding::{Finding, Level, Safety};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// How many tables of a release are told of.
const TABLES: usize = 5;

/// How many reported migrations are more than anybody has pending.
const MANY: usize = 20;

/// `1 error, 0 warnings in 42 migrations (PostgreSQL 16), 3 ms`, and what a clean result must not hide.
#[must_use]
pub fn summary(report: &Report, elapsed: Duration, look: Look) -> String {
    let counted = &report.summary;
    let errors = count(counted.errors, "error");
    let warnings = count(counted.warnings, "warning");
    let mut text = if counted.errors > 0 {
        look.danger(&errors)
    } else {
        errors
    };
    text.push_str(", ");
    text.push_str(&if counted.warnings > 0 {
        look.caution(&warnings)
    } else {
        warnings
    });
    if counted.infos > 0 {
        let _ = write!(text, ", {}", count(counted.infos, "info"));
    }
    if counted.suppressed > 0 {
        let _ = write!(text, ", {} suppressed", counted.suppressed);
    }
    if counted.baselined > 0 {
        let _ = write!(text, ", {} in the baseline", counted.baselined);
    }
    text.push_str(&tail(report, elapsed));
    if !report.stale.is_empty() {
        let (entries, are) = match report.stale.len() {
            1 => ("1 entry".to_owned(), "is"),
            some => (format!("{some} entries"), "are"),
        };
        let _ = writeln!(
            text,
            "{entries} of the baseline {are} not found any more: --prune-baseline removes them"
        );
    }
    text.push_str(&fixable(report));
    text.push_str(&more(report, look));
    text.push_str(&release(report, look));
    text.push_str(&first_day(report).unwrap_or_default());
    text
}

/// Where to read on, named once: the page of the worst finding's rule.
fn more(report: &Report, look: Look) -> String {
    let is_read = |finding: &&Finding| !is_unchecked(finding);
    let ranked = super::ranked::ranked(&report.findings);
    let first = ranked.into_iter().find(is_read);
    first.map_or_else(String::new, |finding| {
        let id = look.link(finding.rule, &super::rule_doc::url(finding.rule));
        format!("`mig-lint explain {id}` says why it hurts, and what to do instead\n")
    })
}

/// What all pending migrations together do to each table, where there are several: the few worst.
fn release(report: &Report, look: Look) -> String {
    let several = report.summary.migrations > 1;
    if report.release.is_empty() || !several {
        return String::new();
    }
    let worst = &report.release[..report.release.len().min(TABLES)];
    let names = worst.iter().map(|table| table.relation.width());
    let width = names.max().unwrap_or(0);
    let mut text = format!(
        "together these {} keep waiting:\n",
        count(report.summary.migrations, "migration")
    );
    for table in worst {
        let name = look.bold(&pad(&table.relation, width));
        let line = format!("  {name}  {}", facts::unavailable(table));
        text.push_str(&line);
        text.push('\n');
    }
    let more = report.release.len() - worst.len();
    if more > 0 {
        let _ = writeln!(text, "  and {}", count(more, "more table"));
    }
    text
}

/// How to hear of new migrations alone: who checks a long history for the first time hears of all that was deployed long ago.
fn first_day(report: &Report) -> Option<String> {
    let newest = report.newest.as_ref()?;
    let is_long = report.summary.migrations > MANY && !report.findings.is_empty();
    let is_long = is_long && report.summary.baselined == 0;
    is_long.then(|| {
        format!(
            "only new migrations: --since main, or --write-baseline once and --baseline from then on, or start-after = \"{newest}\" in mig-lint.toml\n"
        )
    })
}

/// How many findings a fix is known of.
fn fixable(report: &Report) -> String {
    let of = |safety| {
        let fixes = report.findings.iter().filter_map(|it| it.fix.as_ref());
        fixes.filter(|fix| fix.safety == safety).count()
    };
    match (of(Safety::Safe), of(Safety::Unsafe)) {
        (0, 0) => String::new(),
        (safe, 0) => format!("{safe} fixable with --fix\n"),
        (0, more) => format!("{more} fixable with --fix --unsafe-fixes\n"),
        (safe, more) => format!("{safe} fixable with --fix, {more} more with --unsafe-fixes\n"),
    }
}

/// `12 statements in 3 migrations (PostgreSQL 16), 3 ms`, and what a table of locks must not hide.
#[must_use]
pub fn locks_summary(report: &Report, elapsed: Duration) -> String {
    count(report.summary.statements, "statement") + &tail(report, elapsed)
}

fn tail(report: &Report, elapsed: Duration) -> String {
    let mut text = format!(
        " in {}{} ({}), {}\n",
        count(report.summary.migrations, "migration"),
        report
            .since
            .as_ref()
            .map(|since| format!(" {since}"))
            .unwrap_or_default(),
        version(report),
        duration(elapsed)
    );
    let unknown = report.summary.unknown_statements;
    if unknown > 0 {
        let _ = writeln!(
            text,
            "{} not known, so not judged",
            count(unknown, "statement")
        );
    }
    let unread = report.summary.unread_files;
    if unread > 0 {
        let were = if unread == 1 { "was" } else { "were" };
        let _ = writeln!(text, "{} {were} not read", count(unread, "file"));
    }
    let unchecked = report.summary.unchecked_files;
    if unchecked > 0 {
        let _ = writeln!(text, "{} could not be checked", count(unchecked, "file"));
    }
    for notice in &report.notices {
        let _ = writeln!(text, "{notice}");
    }
    text
}

fn version(report: &Report) -> String {
    match report.version_from {
        Some(_) => format!("PostgreSQL {}", report.version),
        None => format!(
            "PostgreSQL {}: the oldest supported, set pg-version",
            report.version
        ),
    }
}

fn duration(elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(1) {
        format!("{} ms", elapsed.as_millis())
    } else {
        format!("{:.1} s", elapsed.as_secs_f64())
    }
}

/// How often each rule spoke, most often first.
#[must_use]
pub fn statistics(report: &Report) -> String {
    let mut counts: BTreeMap<(&str, Level), usize> = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry((finding.rule, finding.level)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|((_, level), number)| std::cmp::Reverse((*number, *level)));
    let mut text = String::new();
    for ((rule, level), number) in &counts {
        let _ = writeln!(text, "{number:>6}  {}  {rule}", pad(level.name(), 7));
    }
    if !counts.is_empty() {
        text.push('\n');
    }
    text
}

/// What was read, and how it was understood.
#[must_use]
pub fn reading(settings: &Settings, report: &Report) -> String {
    let config = settings.config.as_deref().unwrap_or("none found");
    let mut text = format!("config: {config}\n");
    for reported in &report.migrations {
        let _ = writeln!(
            text,
            "read: {}  {}, {}, {}",
            reported.file.path().display(),
            super::document::word(&reported.framework),
            super::document::word(&reported.transaction),
            count(reported.statements.len(), "statement"),
        );
    }
    for (path, reason) in &report.not_read {
        let _ = writeln!(text, "not read: {}  {reason}", path.display());
    }
    text.push('\n');
    text
}
