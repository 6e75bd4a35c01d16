//! Suppression comments, applied: what they silence, and what is wrong with them.

use super::MigrationReport;
use crate::finding::{Builder, Cause, Finding, Harm, Level};
use crate::rule;
use crate::source::{Scope, SourceFile, Span, Suppression, suppression};
use crate::sql::line_comments;
use std::sync::Arc;

/// What no comment can silence: what could not be read, and the comments themselves.
const NEVER: [&str; 5] = [
    "broken-migration-graph",
    "unreadable-file",
    "syntax-error",
    "unused-suppression",
    "suppression-without-reason",
];

/// What is left of the findings, and what was silenced.
#[derive(Debug, Default)]
pub struct Suppressed {
    pub kept: Vec<Finding>,
    pub silenced: Vec<Finding>,
}

/// Silences the findings that a comment names, and reports comments that do not do what they seem to. To be called with the findings of all
/// rules, whatever the config says of them: only then is a comment that silences nothing known to be of no use.
#[must_use]
pub fn suppress(findings: Vec<Finding>, migrations: &[MigrationReport]) -> Suppressed {
    let mut result = Suppressed {
        kept: findings,
        silenced: Vec::new(),
    };
    let mut done: Vec<&Arc<SourceFile>> = Vec::new();
    for migration in migrations {
        if done.iter().any(|file| Arc::ptr_eq(file, &migration.file)) {
            continue;
        }
        done.push(&migration.file);
        if migration.file.text().contains("mig-lint:") {
            let same = migrations
                .iter()
                .filter(|other| Arc::ptr_eq(&other.file, &migration.file));
            Comments::of(same).apply(&mut result);
        }
    }
    result
}

/// The comments of one file, and the statements that they can be about.
struct Comments {
    file: Arc<SourceFile>,
    statements: Vec<Span>,
    /// The operations of a migration that is written in code.
    operations: Vec<Span>,
    found: Vec<Suppression>,
}

impl Comments {
    fn of<'a>(migrations: impl Iterator<Item = &'a MigrationReport>) -> Self {
        let mut comments = Self {
            file: Arc::default(),
            statements: Vec::new(),
            operations: Vec::new(),
            found: Vec::new(),
        };
        let mut parts = Vec::new();
        let mut outline = None;
        for migration in migrations {
            comments.file = migration.file.clone();
            let spans = migration.statements.iter().map(|statement| statement.span);
            comments.statements.extend(spans);
            parts.extend(&migration.parts);
            outline = outline.or(migration.outline.as_deref());
        }
        comments.statements.sort_unstable();
        let text = comments.file.text();
        if let Some(outline) = outline {
            comments.operations = outline.operations.iter().map(|(span, _)| *span).collect();
            let spans = outline.comments.iter();
            comments.found = spans.filter_map(|span| suppression(text, *span)).collect();
            return comments;
        }
        // Each statement, and each gap between two, is looked at for itself: COPY data or a broken string in one of them hides no
        // comment in another.
        let mut from = 0;
        let mut ranges = Vec::new();
        for statement in &comments.statements {
            ranges.extend([Span::new(from, statement.start), *statement]);
            from = statement.end;
        }
        ranges.push(Span::new(from, text.len()));
        comments.found = ranges
            .into_iter()
            .filter(|range| range.start < range.end)
            .flat_map(|range| line_comments(text, range))
            .filter_map(|span| suppression(text, span))
            .filter(|found| found.scope == Scope::File || inside(&parts, found.span))
            .collect();
        comments
    }

    fn apply(&self, result: &mut Suppressed) {
        let mut complaints = Vec::new();
        for comment in &self.found {
            let target = match self.target(comment) {
                Ok(target) => target,
                Err(message) => {
                    complaints.push(self.complaint("unused-suppression", comment, &message, ""));
                    continue;
                }
            };
            for id in &comment.rules {
                complaints.extend(self.silence(comment, id, &target, result));
            }
            if comment.reason.is_empty() {
                complaints.push(self.complaint(
                    "suppression-without-reason",
                    comment,
                    "a suppression without a reason cannot be judged by who reads it later",
                    "say behind the brackets why it is safe here",
                ));
            }
        }
        result.kept.extend(complaints);
    }

    /// What a comment is about, or why it is about nothing.
    fn target(&self, comment: &Suppression) -> Result<Target, String> {
        let all = self.statements.iter().chain(&self.operations);
        let first = all.map(|span| span.start).min().unwrap_or(usize::MAX);
        match comment.scope {
            Scope::Malformed => {
                Err("this comment is not understood, so it silences nothing".to_owned())
            }
            Scope::File if comment.span.start > first => {
                Err("ignore-file below the first statement silences nothing".to_owned())
            }
            Scope::File => Ok(Target::File),
            Scope::Statement if self.file.text()[comment.span.start..].starts_with('#') => Ok(self
                .operation_of(comment.span)
                .map_or(Target::Nothing, Target::Operation)),
            Scope::Statement => Ok(self
                .statement_of(comment.span)
                .map_or(Target::Nothing, Target::Statement)),
        }
    }

    /// The one statement that a comment is about: that on whose lines it stands, else that which begins on the next line.
    fn statement_of(&self, comment: Span) -> Option<Span> {
        let text = self.file.text();
        let line = self.file.place(comment.start).line;
        let line_start = self.file.line_start(line)?;
        let alone = text[line_start..comment.start]
            .trim_start_matches('\u{feff}')
            .trim()
            .is_empty();
        let before = self
            .statements
            .partition_point(|span| span.start < comment.start);
        let previous = before.checked_sub(1).map(|at| self.statements[at]);
        if let Some(previous) = previous {
            let inside = comment.start < previous.end;
            if inside || !alone {
                return Some(previous);
            }
        }
        let next = *self.statements.get(before)?;
        // Further comments may stand between, an empty line may not.
        let last = self.file.line_start(self.file.place(next.start).line)?;
        let mut between = text.get(comment.end..last)?.lines().skip(1);
        let reaches = text[last..next.start].trim().is_empty()
            && between.all(|line| line.trim_start().starts_with("--"));
        reaches.then_some(next)
    }

    /// The operation that a comment in Python is about: that which begins on the next line, else the innermost on whose lines it stands.
    fn operation_of(&self, comment: Span) -> Option<Span> {
        let text = self.file.text();
        let line = |at: usize| self.file.place(at).line;
        let start = self.file.line_start(line(comment.start))?;
        let alone = text[start..comment.start].trim().is_empty();
        let rest = text.get(comment.end..)?;
        // Further comments may stand between, an empty line may not.
        let comments = rest
            .lines()
            .skip(1)
            .take_while(|line| line.trim_start().starts_with('#'));
        let next = line(comment.start) + 1 + comments.count();
        let begins = self
            .operations
            .iter()
            .filter(|span| line(span.start) == next);
        if let Some(first) = begins
            .min_by_key(|span| (span.start, span.len()))
            .filter(|_| alone)
        {
            return Some(*first);
        }
        let at = line(comment.start);
        let around = self
            .operations
            .iter()
            .filter(|span| (line(span.start)..=line(span.end)).contains(&at));
        around.min_by_key(|span| span.len()).copied()
    }

    /// Silences one rule in what the comment is about; complains where there is nothing to silence.
    fn silence(
        &self,
        comment: &Suppression,
        id: &str,
        target: &Target,
        result: &mut Suppressed,
    ) -> Option<Finding> {
        if rule::find(id).is_none() {
            let message = format!("{id} is no rule, so nothing is silenced");
            return Some(self.complaint(
                "unused-suppression",
                comment,
                &message,
                "`mig-lint rules` lists the rules",
            ));
        }
        if NEVER.contains(&id) {
            let message = format!("{id} cannot be silenced by a comment");
            return Some(self.complaint(
                "unused-suppression",
                comment,
                &message,
                "mend what it reports",
            ));
        }
        let about = |finding: &Finding| {
            Arc::ptr_eq(&finding.file, &self.file) && target.covers(finding.statement)
        };
        let mut used = false;
        let mut unjudged = false;
        let mut kept = Vec::with_capacity(result.kept.len());
        for mut finding in std::mem::take(&mut result.kept) {
            if about(&finding) {
                if finding.rule == id {
                    used = true;
                    result.silenced.push(finding);
                    continue;
                }
                let notes = finding.notes.len();
                finding.notes.retain(|note| note.rule != Some(id));
                used |= finding.notes.len() < notes;
            }
            // Where something could not be read, nobody knows what the comment would have silenced.
            unjudged |= matches!(finding.rule, "syntax-error" | "unreadable-file")
                && Arc::ptr_eq(&finding.file, &self.file)
                || finding.rule == "unknown-statement" && about(&finding);
            kept.push(finding);
        }
        result.kept = kept;
        // An earlier comment may have silenced the same.
        used |= result
            .silenced
            .iter()
            .any(|finding| finding.rule == id && about(finding));
        (!used && !unjudged).then(|| {
            let message =
                format!("{id} has nothing to report here, so the comment silences nothing");
            self.complaint("unused-suppression", comment, &message, "remove it")
        })
    }

    fn complaint(
        &self,
        rule: &'static str,
        comment: &Suppression,
        message: &str,
        help: &str,
    ) -> Finding {
        let cause = Cause {
            statement: comment.span.start,
            command: 0,
            relation: None,
            harm: Harm::Suppression,
        };
        let builder = Builder::new(rule, self.file.clone(), comment.span, cause)
            .level(Level::Warning)
            .says(message, "");
        if help.is_empty() {
            let form = if self.operations.is_empty() {
                "write -- mig-lint: ignore[rule-id] reason, on the statement or on the line before it; ignore-file at the top"
            } else {
                "write # mig-lint: ignore[rule-id] reason, on a line of the operation or on the line before it; ignore-file at the top"
            };
            builder.help(form, Vec::new()).build()
        } else {
            builder.help(help, Vec::new()).build()
        }
    }
}

/// What a comment is about.
enum Target {
    File,
    Statement(Span),
    Operation(Span),
    Nothing,
}

impl Target {
    fn covers(&self, statement: Span) -> bool {
        match self {
            Self::File => true,
            Self::Statement(span) => span.start == statement.start,
            Self::Operation(span) => span.start <= statement.start && statement.end <= span.end,
            Self::Nothing => false,
        }
    }
}

fn inside(parts: &[Span], span: Span) -> bool {
    parts
        .iter()
        .any(|part| part.start <= span.start && span.start < part.end)
}
