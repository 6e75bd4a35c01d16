//! Liquibase's formatted SQL: what follows is a changeset of its own in the same file.

use super::draft::{BATCHES, Draft};
use crate::ir::Migration;
use crate::source::Span;

/// Attributes that say where a changeset runs: what follows it runs there too.
const KEPT: [&str; 5] = [
    "dbms",
    "context",
    "contextFilter",
    "labels",
    "logicalFilePath",
];

/// What runs a changeset outside a transaction.
pub(super) const OUTSIDE: &str = " runInTransaction:false";

/// The line that begins a changeset.
struct Marker<'t> {
    span: Span,
    author: &'t str,
    id: &'t str,
    attributes: Vec<&'t str>,
}

impl<'t> Marker<'t> {
    /// That of a migration; nothing where it is no formatted SQL, or its line is quoted.
    fn of(migration: &'t Migration) -> Option<Self> {
        let text = migration.file.text();
        let start = migration.parts.first()?.start;
        let line = text[start..].lines().next()?.trim_end();
        let mut words = line.trim_start().strip_prefix("--")?.split_whitespace();
        let is_changeset = words.next()?.eq_ignore_ascii_case("changeset");
        let (author, id) = words.next()?.split_once(':')?;
        (is_changeset && !line.contains('"')).then(|| Self {
            span: Span::new(start, start + line.len()),
            author,
            id,
            attributes: words.collect(),
        })
    }
}

/// Where the line of a changeset ends: there its attributes go.
pub(super) fn line_end(migration: &Migration) -> Option<usize> {
    Marker::of(migration).map(|marker| marker.span.end)
}

/// The changesets that follow one, as text right behind it.
pub(super) fn changesets(
    migration: &Migration,
    drafts: &[Draft],
) -> Result<Option<(Span, String)>, &'static str> {
    if drafts.is_empty() {
        return Ok(None);
    }
    let marker = Marker::of(migration).ok_or("its changeset is not written as formatted SQL")?;
    let text = migration.file.text();
    let whole = migration.parts.last().map_or(text.len(), |part| part.end);
    let end = text[..whole].trim_end().len();
    let kept = marker.attributes.iter().filter(|it| {
        let key = it.split(':').next().unwrap_or_default();
        KEPT.iter().any(|kept| kept.eq_ignore_ascii_case(key))
    });
    let kept: String = kept.flat_map(|it| [" ", *it]).collect();
    let mut written = String::new();
    for (at, draft) in drafts.iter().enumerate() {
        let same = drafts[..at].iter().filter(|it| it.word == draft.word);
        let number = match same.count() {
            0 => String::new(),
            more => (more + 1).to_string(),
        };
        let id = format!("{}:{}-{}{number}", marker.author, marker.id, draft.word);
        if text.contains(&id) {
            return Err("a changeset that would follow is there already");
        }
        let outside = if draft.is_outside { OUTSIDE } else { "" };
        // Code holds semicolons, at which Liquibase would split it.
        let whole = if draft.word == BATCHES {
            " splitStatements:false"
        } else {
            ""
        };
        written.push_str(&format!(
            "\n\n--changeset {id}{kept}{outside}{whole}\n{}--rollback empty",
            draft.sql
        ));
    }
    Ok(Some((Span::new(end, end), written)))
}
