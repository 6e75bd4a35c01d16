//! The SQL that each migration runs: for people as SQL with comments, and as JSON.

use super::document::{SCHEMA_VERSION, document};
use super::look::{Look, one_line};
use crate::engine::Listing;
use crate::frontend::Read;
use crate::ir::{Migration, Operation, Outline, Sent};
use crate::source::{Framework, Span, TransactionMode, slashes};
use serde::Serialize;

/// How a RunPython is called.
const PYTHON: &str = "Raw Python operation";
/// How much of a reason is shown, in bytes.
const REASON_BYTES: usize = 500;

#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(super) struct Document<'a> {
    schema_version: u32,
    migrations: Vec<JsonMigration<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
struct JsonMigration<'a> {
    path: String,
    app: Option<&'a str>,
    name: &'a str,
    framework: Framework,
    atomic: bool,
    opaque: Vec<JsonOpaque<'a>>,
    statements: Vec<JsonStatement<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
struct JsonOpaque<'a> {
    line: usize,
    reason: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
struct JsonStatement<'a> {
    sql: &'a str,
    line: usize,
    kind: &'a str,
    direction: &'a str,
}

/// What each migration runs, as JSON.
#[must_use]
pub fn sql_json(listing: &Listing) -> String {
    document(&Document {
        schema_version: SCHEMA_VERSION,
        migrations: listing.migrations.iter().map(json).collect(),
    })
}

fn json(
    Read {
        migration, outline, ..
    }: &Read,
) -> JsonMigration<'_> {
    let outline = outline.as_deref();
    let line = |span: Span| migration.file.place(span.start).line;
    let opaque = outline.into_iter().flat_map(|outline| &outline.opaque);
    JsonMigration {
        path: slashes(migration.file.path()),
        app: outline.map(|outline| outline.app.as_str()),
        name: &migration.name,
        framework: migration.framework,
        atomic: is_atomic(migration, outline),
        opaque: opaque
            .map(|(span, reason)| JsonOpaque {
                line: line(*span),
                reason,
            })
            .collect(),
        statements: sent(migration, outline)
            .into_iter()
            .map(|(sql, span, code)| JsonStatement {
                sql,
                line: line(span),
                kind: if code { "python" } else { "sql" },
                direction: "up",
            })
            .collect(),
    }
}

fn is_atomic(migration: &Migration, outline: Option<&Outline>) -> bool {
    match outline {
        Some(outline) => outline.atomic,
        None => !matches!(
            migration.transaction,
            TransactionMode::None | TransactionMode::PerStatement
        ),
    }
}

/// What is sent to the server: its text, where it comes from, and whether it stands for code.
fn sent<'r>(migration: &'r Migration, outline: Option<&'r Outline>) -> Vec<(&'r str, Span, bool)> {
    match outline {
        Some(outline) => outline.sent.iter().map(of_sent).collect(),
        None => migration
            .statements
            .iter()
            .map(|statement| (migration.text_of(statement), statement.span, false))
            .collect(),
    }
}

fn of_sent(sent: &Sent) -> (&str, Span, bool) {
    (
        sent.sql.trim_end().trim_end_matches(';').trim_end(),
        sent.span,
        sent.code,
    )
}

/// What each migration runs, as SQL with comments, in the order in which it runs.
#[must_use]
pub fn sql_human(listing: &Listing, look: Look) -> String {
    listing
        .migrations
        .iter()
        .map(|read| human(read, look))
        .collect()
}

fn human(
    Read {
        migration, outline, ..
    }: &Read,
    look: Look,
) -> String {
    let outline = outline.as_deref();
    let path = one_line(&migration.file.path().display().to_string(), REASON_BYTES);
    let mut text = look.bold(&format!("-- {path}")) + "\n";
    let is_wrapped = outline.is_some_and(|outline| outline.atomic);
    if is_wrapped {
        text.push_str("BEGIN;\n");
    }
    match outline {
        Some(outline) => text.push_str(&operations(migration, outline, look)),
        None => {
            for (sql, _, _) in sent(migration, None) {
                text.push_str(&statement(sql, look));
            }
        }
    }
    if is_wrapped {
        text.push_str("COMMIT;\n");
    }
    text + "\n"
}

/// The operations of a migration in code, each with what it runs; what runs at the end stands at the end.
fn operations(migration: &Migration, outline: &Outline, look: Look) -> String {
    let mut text = String::new();
    let mut sent = outline.sent.iter().peekable();
    let outer = outermost(outline);
    for (span, what) in outer {
        text.push_str(&heading(what, look));
        let inside = |other: Span| span.start <= other.start && other.end <= span.end;
        let mut any = false;
        while let Some(next) = sent.next_if(|next| inside(next.span)) {
            let (sql, _, code) = of_sent(next);
            if code {
                text.push_str(&look.dim("-- as far as its code can be read:\n"));
            }
            text.push_str(&statement(sql, look));
            any = true;
        }
        for (at, reason) in outline.opaque.iter().filter(|(at, _)| inside(*at)) {
            text.push_str(&not_known(migration, *at, reason, look));
            any = true;
        }
        if !any {
            let nothing = match what {
                PYTHON => "-- no SQL that can be read from it",
                _ => "-- (no-op)",
            };
            text.push_str(&look.dim(nothing));
            text.push('\n');
        }
    }
    // What is not known of a function stands where the function does.
    let in_none = |at: Span| {
        let mut operations = outline.operations.iter();
        !operations.any(|one| one.span.start <= at.start && at.end <= one.span.end)
    };
    for (at, reason) in outline.opaque.iter().filter(|(at, _)| in_none(*at)) {
        text.push_str(&not_known(migration, *at, reason, look));
    }
    let rest: Vec<&Sent> = sent.collect();
    if !rest.is_empty() {
        text.push_str(&heading("At the end", look));
    }
    for sent in rest {
        text.push_str(&statement(of_sent(sent).0, look));
    }
    text
}

fn not_known(migration: &Migration, at: Span, reason: &str, look: Look) -> String {
    let line = migration.file.place(at.start).line;
    let reason = one_line(reason, REASON_BYTES);
    look.caution(&format!("-- not known: {reason} (line {line})")) + "\n"
}

/// The operations that stand in no other, in their order.
fn outermost(outline: &Outline) -> Vec<(Span, &str)> {
    let mut outer: Vec<(Span, &str)> = Vec::new();
    for Operation { span, what, .. } in &outline.operations {
        let is_inside = |(known, _): &(Span, &str)| {
            known.start <= span.start && span.end <= known.end && known != span
        };
        // What an operation holds comes right behind it.
        if !outer.last().is_some_and(is_inside) {
            outer.push((*span, what));
        }
    }
    outer
}

fn heading(what: &str, look: Look) -> String {
    let what = one_line(what, REASON_BYTES);
    look.dim(&format!("--\n-- {what}\n--")) + "\n"
}

fn statement(sql: &str, look: Look) -> String {
    let text: String = sql
        .chars()
        .map(|c| {
            if c.is_control() && !matches!(c, '\n' | '\t') {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect();
    look.code(&text) + ";\n"
}
