//! The list of rules.

use super::document::{SCHEMA_VERSION, document};
use super::look::{Look, pad};
use super::rule_doc::{rule_doc, url};
use crate::postgres::Version;
use crate::rule::{Entry, Kind, RULES, Severity};
use serde::Serialize;

#[derive(Serialize)]
struct Document {
    schema_version: u32,
    rules: Vec<JsonRule>,
}

#[derive(Serialize)]
struct JsonRule {
    id: &'static str,
    /// `error`, `warning`, `info`, or `by-size`.
    level: &'static str,
    category: &'static str,
    since: &'static str,
    /// Names that it had before it was split off or renamed, which still stand for it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    formerly: &'static [&'static str],
    /// The first PostgreSQL version that it applies to.
    pg_version: u8,
    /// What it looks at: `effects`, `migration` for the migration as a whole, or `engine` for what the engine reports by itself.
    needs: &'static str,
    summary: String,
    url: String,
}

/// The rules as a table.
#[must_use]
pub fn rules_human(look: Look) -> String {
    let width = RULES.iter().map(|entry| entry.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for entry in RULES {
        let from = entry.rule.from;
        let from = if from > Version::OLDEST {
            format!("PostgreSQL {from}+: ")
        } else {
            String::new()
        };
        let level = pad(level(entry), 7);
        let head = format!(
            "{}  {level}  {}  ",
            look.bold(&pad(entry.id, width)),
            pad(entry.rule.category.name(), 13)
        );
        let used = width + 2 + 7 + 2 + 13 + 2;
        let summary = from + &rule_doc(entry.doc).summary;
        let room = look.width.saturating_sub(used);
        if room >= 40 {
            text.push_str(&head);
            text.push_str(&look.clip(&summary, room));
        } else {
            text.push_str(head.trim_end());
            text.push_str("\n    ");
            text.push_str(&look.clip(&summary, look.width.saturating_sub(4)));
        }
        text.push('\n');
    }
    text.push_str("\nby-size: large or unknown tables error, middling warning, small info\n");
    text
}

/// The rules as JSON.
#[must_use]
pub fn rules_json() -> String {
    document(&Document {
        schema_version: SCHEMA_VERSION,
        rules: RULES.iter().map(rule).collect(),
    })
}

fn rule(entry: &Entry) -> JsonRule {
    JsonRule {
        id: entry.id,
        level: level(entry),
        category: entry.rule.category.name(),
        since: entry.rule.since,
        formerly: entry.rule.formerly,
        pg_version: entry.rule.from.major(),
        needs: match entry.rule.kind {
            Kind::Engine(_) => "engine",
            Kind::Migration(_) => "migration",
            Kind::Check(_) | Kind::On(..) | Kind::Fallback(_) => "effects",
        },
        summary: rule_doc(entry.doc).summary,
        url: url(entry.id),
    }
}

fn level(entry: &Entry) -> &'static str {
    match entry.rule.severity {
        Severity::BySize => "by-size",
        Severity::Always(level) | Severity::ByCase(level) => level.name(),
    }
}
