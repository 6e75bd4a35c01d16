//! Suppression comments: `mig-lint: ignore[rule-id, other-id] reason`.

use super::Span;

/// What the comments of this tool begin with.
const MARK: &str = "mig-lint:";

/// A comment that asks for silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The whole comment.
    pub span: Span,
    pub scope: Scope,
    /// The ids between the brackets, as written.
    pub rules: Vec<String>,
    /// What stands behind the brackets; may be empty.
    pub reason: String,
}

/// How far a suppression reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One statement.
    Statement,
    /// The whole file.
    File,
    /// It begins like a suppression, and is none.
    Malformed,
}

/// Reads the comment at `span` of `text`, if it is meant for this tool.
#[must_use]
pub fn suppression(text: &str, span: Span) -> Option<Suppression> {
    let comment = text.get(span.start..span.end)?;
    let block = comment
        .strip_prefix("/*")
        .and_then(|it| it.strip_suffix("*/"));
    let body = block.unwrap_or_else(|| comment.trim_start_matches(['-', '#']));
    let body = body.trim();
    let body = body.strip_prefix(MARK)?.trim_start();
    let (scope, rest) = match (
        body.strip_prefix("ignore-file"),
        body.strip_prefix("ignore"),
    ) {
        (Some(rest), _) => (Scope::File, rest),
        (None, Some(rest)) => (Scope::Statement, rest),
        (None, None) => (Scope::Malformed, ""),
    };
    let inside = rest
        .trim_start()
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'));
    let (list, reason) = inside.unwrap_or_default();
    let rules: Vec<String> = list
        .split(',')
        .map(|id| id.trim().to_owned())
        .filter(|id| !id.is_empty())
        .collect();
    Some(Suppression {
        span,
        scope: if rules.is_empty() {
            Scope::Malformed
        } else {
            scope
        },
        rules,
        reason: reason.trim_start_matches([':', '-', ' ']).trim().to_owned(),
    })
}
