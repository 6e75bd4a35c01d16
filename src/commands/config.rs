//! `mig-lint config`: what holds for a path, and where each value came from.

use super::{Failure, Verdict, locks::Format, print};
use crate::config::{Arguments, Settings, Typed, typed};
use crate::engine;
use crate::report::{self, Look};
use crate::rule::RULES;
use serde::Serialize;
use std::path::Path;

/// One value that holds.
#[derive(Debug, Serialize)]
struct Value {
    key: String,
    value: String,
    /// `mig-lint.toml:3`, `default`, or what it was found by.
    from: String,
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    path: String,
    config: Option<&'a str>,
    values: &'a [Value],
}

/// Shows what holds for a path.
pub(crate) fn run(path: &Path, format: Format, look: Look) -> Result<Verdict, Failure> {
    if !path.exists() {
        return Err(Failure::new(
            format!("{} does not exist", path.display()),
            "check the spelling and the working directory",
        ));
    }
    let settings = Settings::resolve(Arguments {
        paths: vec![path.to_owned()],
        ..Arguments::default()
    })?;
    // What holds for a folder holds for what lies in it.
    let inside = if path.is_dir() {
        path.join("0001.sql")
    } else {
        path.to_owned()
    };
    let values = values(&settings, &inside);
    print(&match format {
        Format::Human => human(&settings, path, &values, look),
        Format::Json => report::json_document(&Document {
            schema_version: 1,
            path: path.display().to_string(),
            config: settings.config.as_deref(),
            values: &values,
        }),
    })?;
    Ok(Verdict::Clean)
}

fn values(settings: &Settings, path: &Path) -> Vec<Value> {
    let mut values = history(settings);
    let config = settings.config.as_deref().unwrap_or_default();
    let text = std::fs::read_to_string(config).unwrap_or_default();
    let all = typed(&text, config.ends_with("pyproject.toml"));
    let holding: Vec<&Typed> = all.iter().filter(|it| holds(it, settings, path)).collect();
    for (key, value) in defaults(settings) {
        if !all.iter().any(|typed| typed.key == key) {
            values.push(Value {
                key: key.to_owned(),
                value,
                from: "default".to_owned(),
            });
        }
    }
    values.extend(holding.into_iter().map(|typed| Value {
        key: typed.key.clone(),
        value: typed.value.clone(),
        from: format!("{config}:{}", typed.line),
    }));
    values.extend(levels(settings, path));
    values
}

/// What the history that the path belongs to is taken for.
fn history(settings: &Settings) -> Vec<Value> {
    let mut values = Vec::new();
    for history in engine::histories(settings) {
        let root = history.root.display().to_string();
        let own = settings
            .database(&history.root)
            .filter(|own| own.has_version);
        let Some(last) = history.migrations.last() else {
            continue;
        };
        let framework = report::word(&last.migration.framework);
        let mut push = |key: &str, value: String, from: String| {
            values.push(Value {
                key: key.to_owned(),
                value,
                from,
            });
        };
        push("history", root, "the folder that holds it".to_owned());
        push(
            "framework",
            framework.clone(),
            "its files and their surroundings".to_owned(),
        );
        let from = match settings.transaction {
            Some(_) => "the config".to_owned(),
            None if last.migration.is_transaction_known => framework,
            None => "assumed: no runner is known".to_owned(),
        };
        push("wrapped", report::word(&last.migration.transaction), from);
        if let Some(own) = own {
            push(
                "pg-version",
                own.version.to_string(),
                "[[history]]".to_owned(),
            );
        }
    }
    values
}

/// Whether a typed value is about this path.
fn holds(typed: &Typed, settings: &Settings, path: &Path) -> bool {
    let place = |table: &str| -> Option<usize> {
        typed
            .key
            .strip_prefix(table)?
            .strip_prefix('[')?
            .split(']')
            .next()?
            .parse()
            .ok()
    };
    if let Some(at) = place("overrides") {
        let path = path.strip_prefix(".").unwrap_or(path);
        let own = settings.levels.overrides.get(at);
        return own.is_some_and(|own| own.paths.is_match(path));
    }
    if let Some(at) = place("history") {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let own = settings.overrides.get(at);
        return own.is_some_and(|own| absolute(path).starts_with(absolute(&own.path)));
    }
    true
}

/// What holds where nothing is typed.
fn defaults(settings: &Settings) -> [(&'static str, String); 7] {
    let seconds = settings.sizes.lock_seconds;
    [
        ("pg-version", settings.version.to_string()),
        ("transaction", "auto".to_owned()),
        ("fail-on", report::word(&settings.fail_on)),
        ("sizes.small-rows", settings.sizes.small_rows.to_string()),
        ("sizes.large-rows", settings.sizes.large_rows.to_string()),
        ("limits.lock-seconds.warning", seconds.warning.to_string()),
        ("limits.lock-seconds.error", seconds.error.to_string()),
    ]
}

/// The rules whose level the config changes for this path.
fn levels(settings: &Settings, path: &Path) -> Vec<Value> {
    let changed = RULES.iter().filter_map(|entry| {
        let level = settings.levels.of(entry, path)?;
        Some(Value {
            key: entry.id.to_owned(),
            value: level.map_or("off", |level| level.name()).to_owned(),
            from: "[rules] and [[overrides]]".to_owned(),
        })
    });
    changed.collect()
}

fn human(settings: &Settings, path: &Path, values: &[Value], look: Look) -> String {
    let config = settings.config.as_deref().unwrap_or("none found");
    let path = report::one_line(&path.display().to_string(), 1_000);
    let mut text = format!("{}  config: {config}\n", look.bold(&path));
    let width = |of: &dyn Fn(&Value) -> usize| values.iter().map(of).max().unwrap_or(0).min(40);
    let (keys, shown) = (
        width(&|value| value.key.chars().count()),
        width(&|value| value.value.chars().count()),
    );
    for value in values {
        text.push_str(&format!(
            "  {:keys$}  {:shown$}  {}\n",
            value.key,
            value.value,
            look.dim(&value.from)
        ));
    }
    text
}
