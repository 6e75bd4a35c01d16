//! Suppression comments, applied: what they silence, and what is wrong with them.

use super::MigrationReport;
use super::board::{Board, Found, Target};
use crate::finding::{Cause, Finding, Harm};
use crate::rule::{self, Entry, entry};
use crate::source::{Scope, SourceFile, Span, Suppression, suppression};
use crate::sql;
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What is left of the findings, and what was silenced.
#[derive(Debug, Default)]
pub struct Suppressed {
    pub kept: Vec<Finding>,
    pub silenced: Vec<Finding>,
    /// Names by which that was done and which rules had only before.
    pub former: BTreeSet<String>,
}

/// Silences the findings that a comment names, and reports comments that do not do what they seem to. To be called with the findings of all
/// rules, whatever the config says of them: only then is a comment that silences nothing known to be of no use.
#[must_use]
pub fn suppress(findings: Vec<Finding>, migrations: &[MigrationReport]) -> Suppressed {
    let mut board = Board::new(findings);
    let mut files: Vec<Vec<&MigrationReport>> = Vec::new();
    let mut known: HashMap<*const SourceFile, usize> = HashMap::new();
    for migration in migrations {
        let at = *known
            .entry(Arc::as_ptr(&migration.file))
            .or_insert(files.len());
        match files.get_mut(at) {
            Some(same) => same.push(migration),
            None => files.push(vec![migration]),
        }
    }
    let mut complaints = Vec::new();
    for same in files {
        if same[0].file.text().contains("mig-lint:") {
            complaints.extend(Comments::of(&same).apply(&mut board));
        }
    }
    let (mut kept, silenced, former) = board.part();
    kept.extend(complaints);
    Suppressed {
        kept,
        silenced,
        former,
    }
}

/// The comments of one file, and the statements that they can be about.
struct Comments {
    file: Arc<SourceFile>,
    /// Those inside code among them.
    statements: Vec<Span>,
    /// Statements whose code stands in them, and that code.
    blocks: Vec<(Span, Span)>,
    /// The operations of a migration that is written in code.
    operations: Vec<Span>,
    found: Vec<Suppression>,
    above: OnceCell<Vec<usize>>,
}

impl Comments {
    fn of(migrations: &[&MigrationReport]) -> Self {
        let mut comments = Self {
            file: Arc::default(),
            statements: Vec::new(),
            blocks: Vec::new(),
            operations: Vec::new(),
            found: Vec::new(),
            above: OnceCell::new(),
        };
        let mut parts = Vec::new();
        let mut outline = None;
        for migration in migrations {
            comments.file = migration.file.clone();
            for statement in &migration.statements {
                comments.statements.push(statement.span);
                let block = statement.body.map(|body| (statement.span, body));
                comments.blocks.extend(block);
            }
            parts.extend(&migration.parts);
            outline = outline.or(migration.outline.as_deref());
        }
        comments.statements.sort_unstable();
        let text = comments.file.text();
        if let Some(outline) = outline {
            comments.operations = outline
                .operations
                .iter()
                .map(|operation| operation.span)
                .collect();
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
        ranges.extend(comments.blocks.iter().map(|(_, body)| *body));
        comments.found = ranges
            .into_iter()
            .filter(|range| range.start < range.end)
            .flat_map(|range| sql::comments(text, range))
            .filter_map(|span| suppression(text, span))
            .filter(|found| found.scope == Scope::File || inside(&parts, found.span))
            .collect();
        comments.go_inside(migrations);
        comments
    }

    /// From here on comments are about statements inside code too.
    fn go_inside(&mut self, migrations: &[&MigrationReport]) {
        let statements = migrations.iter().flat_map(|one| &one.statements);
        for statement in statements.filter(|statement| statement.body.is_some()) {
            self.statements.extend(&statement.inside);
        }
        self.statements.sort_unstable();
        self.statements.dedup();
    }

    /// Silences what the comments name, and says what is wrong with them.
    fn apply(&self, board: &mut Board) -> Vec<Finding> {
        let mut complaints = Vec::new();
        let unread = board.is_unread(&self.file);
        let starts = self.statements.iter().chain(&self.operations);
        let first = starts.map(|span| span.start).min().unwrap_or(usize::MAX);
        // Comments for the whole file may be many, and each would look at all findings.
        let mut everywhere: HashMap<&str, Found> = HashMap::new();
        for comment in &self.found {
            let target = match self.target(comment, first) {
                Ok(target) => target,
                Err(message) => {
                    let entry = entry::UNUSED_SUPPRESSION;
                    complaints.push(self.complaint(entry, comment, message, ""));
                    continue;
                }
            };
            for id in &comment.rules {
                let mut named = rule::named(id);
                let known = named.find(|entry| entry.rule.can_be_silenced());
                let silence = |_| match target {
                    Target::File => *everywhere
                        .entry(id)
                        .or_insert_with(|| board.silence(&self.file, target, id)),
                    _ => board.silence(&self.file, target, id),
                };
                let found = known.map(silence);
                let used = unread || found.is_some_and(|found| found != Found::Nothing);
                complaints.extend(self.useless(comment, id, used));
            }
            if comment.reason.is_empty() {
                complaints.push(self.complaint(
                    entry::SUPPRESSION_WITHOUT_REASON,
                    comment,
                    "a suppression without a reason cannot be judged by who reads it later",
                    "say behind the brackets why it is safe here",
                ));
            }
        }
        complaints
    }

    /// What a comment is about, or why it is about nothing; the `first` statement begins there.
    fn target(&self, comment: &Suppression, first: usize) -> Result<Target, &'static str> {
        match comment.scope {
            Scope::Malformed => Err("this comment is not understood, so it silences nothing"),
            Scope::File if comment.span.start > first => {
                Err("ignore-file below the first statement silences nothing")
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
        let line = self.file.place(comment.end).line;
        let line_start = self.file.line_start(self.file.line_of(comment.start))?;
        let alone = text[line_start..comment.start]
            .trim_start_matches('\u{feff}')
            .trim()
            .is_empty();
        let before = self
            .statements
            .partition_point(|span| span.start < comment.start);
        let previous = before.checked_sub(1).map(|at| self.statements[at]);
        let mut blocks = self
            .blocks
            .iter()
            .filter(|(_, body)| contains(*body, comment));
        let block = blocks.next().map(|(statement, _)| *statement);
        if let Some(previous) = previous {
            let inside = comment.start < previous.end && block != Some(previous);
            if inside || !alone {
                return Some(previous);
            }
        }
        let next = self.statements.get(before).copied();
        let next = next.filter(|_| {
            // Further comments may stand between, an empty line may not.
            let above = self.above.get_or_init(|| self.comments_above());
            line + 1 >= above[before]
        });
        next.or(block)
    }

    /// For each statement the first of the lines right above it that are comments, or its own; past the end where it does not begin its line.
    fn comments_above(&self) -> Vec<usize> {
        let text = self.file.text();
        let is_comment = |line: &usize| {
            let start = self.file.line_start(*line).unwrap_or(text.len());
            let line = text[start..].lines().next().unwrap_or_default().trim();
            line.starts_with("--") || line.starts_with("/*") && line.ends_with("*/")
        };
        let first = |statement: &Span| {
            let line = self.file.line_of(statement.start);
            let start = self.file.line_start(line).unwrap_or_default();
            let before = text[start..statement.start].trim();
            let is_comment_before = before.starts_with("/*") && before.ends_with("*/");
            if !before.is_empty() && !is_comment_before {
                return usize::MAX;
            }
            let above = (1..line).rev().take_while(is_comment);
            line - above.count()
        };
        self.statements.iter().map(first).collect()
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

    /// The complaint about a rule that the comment silences in vain.
    fn useless(&self, comment: &Suppression, id: &str, used: bool) -> Option<Finding> {
        let (message, help) = match rule::named(id).next() {
            None => (
                format!("{id} is no rule, so nothing is silenced"),
                "`mig-lint rules` lists the rules",
            ),
            Some(entry) if !entry.rule.can_be_silenced() => (
                format!("{id} cannot be silenced by a comment"),
                "mend what it reports",
            ),
            Some(_) if used => return None,
            Some(_) => (
                format!("{id} has nothing to report here, so the comment silences nothing"),
                "remove it",
            ),
        };
        Some(self.complaint(entry::UNUSED_SUPPRESSION, comment, &message, help))
    }

    fn complaint(
        &self,
        entry: &Entry,
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
        let builder = entry
            .finding(self.file.clone(), comment.span, cause)
            .says(message, "");
        if help.is_empty() {
            let form = if self.operations.is_empty() {
                "write -- mig-lint: ignore[rule-id] reason, on the statement or on the line before it; ignore-file at the top"
            } else {
                "write # mig-lint: ignore[rule-id] reason, on a line of the operation or on the line before it; ignore-file at the top"
            };
            builder.help(form).build()
        } else {
            builder.help(help).build()
        }
    }
}

fn inside(parts: &[Span], span: Span) -> bool {
    parts
        .iter()
        .any(|part| part.start <= span.start && span.start < part.end)
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
