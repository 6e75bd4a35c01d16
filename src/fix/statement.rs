//! One statement and what is found in it: what is to stand in its place, and what comes in migrations of its own.

use crate::finding::{Block, Built, Finding, ForeignKey, NotValid, Remedy};
use crate::ir::{Action, AlterAction, AlterTable, Migration, Statement};
use crate::source::Span;
use crate::sql;
use std::collections::BTreeSet;

/// How a statement is changed.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Its place in the migration, counted from 0.
    pub(super) at: usize,
    /// Text in place of ranges of the file, inside the statement.
    pub(super) inside: Vec<(Span, String)>,
    /// Subcommands that go, counted from 0.
    pub(super) gone: BTreeSet<usize>,
    /// The whole statement goes; what it does stands in `later`.
    pub(super) goes: bool,
    /// Statements before it, in the same migration.
    pub(super) before: Vec<String>,
    /// Statements behind it, in the same migration.
    pub(super) behind: Vec<String>,
    /// Migrations to follow, for each finding in their order.
    pub(super) later: Vec<Vec<Block>>,
    /// It begins a migration of its own.
    pub(super) splits: bool,
    pub(super) is_unsafe: bool,
    /// How many findings this is for.
    pub(super) findings: usize,
}

impl Change {
    /// What the findings about one statement make of it; those that go together only.
    pub(super) fn of(migration: &Migration, at: usize, findings: &[&Finding]) -> Option<Self> {
        let statement = &migration.statements[at];
        let mut change = Self {
            at,
            ..Self::default()
        };
        let (settings, chief): (Vec<&Finding>, Vec<&Finding>) = findings
            .iter()
            .partition(|it| matches!(it.remedy, Some(Remedy::LockTimeout { .. })));
        for finding in chief {
            let Some(remedy) = &finding.remedy else {
                continue;
            };
            let is_added = change.add(migration, statement, remedy, &finding.recipe);
            change.findings += usize::from(is_added == Some(()));
        }
        if change.findings == 0 {
            let setting = settings.first()?;
            change
                .before
                .clone_from(&setting.recipe.first()?.statements);
            if change.before.iter().any(|it| !it.starts_with("SET LOCAL")) {
                change.behind = vec!["RESET lock_timeout;".to_owned()];
            }
            change.findings = 1;
        }
        Some(change)
    }

    fn add(
        &mut self,
        migration: &Migration,
        statement: &Statement,
        remedy: &Remedy,
        recipe: &[Block],
    ) -> Option<()> {
        let alter = match &statement.action {
            Action::AlterTable(alter) => Some(alter),
            _ => None,
        };
        match remedy {
            Remedy::NotValid(
                NotValid::Check(Some(added)) | NotValid::ForeignKey(ForeignKey::Added(added)),
            ) => {
                let command = alter?.commands.get(added.command)?.span;
                let text = migration.file.slice(command);
                if !added.given {
                    let word = command.start + text.get(..3)?.len();
                    let name = crate::rule::quote(&added.name);
                    self.inside
                        .push((Span::new(word, word), format!(" CONSTRAINT {name}")));
                }
                let end = Span::new(command.end, command.end);
                self.inside.push((end, " NOT VALID".to_owned()));
                self.later.push(recipe.get(1..)?.to_vec());
            }
            Remedy::ProveNotNull(Some(proven)) => {
                let alter = alter?;
                let column = &proven.column;
                let is_it = |action: &AlterAction| matches!(action, AlterAction::SetNotNull { column: it } if it == column);
                let command = alter.commands.iter().position(|it| is_it(&it.action))?;
                let (first, rest) = recipe.split_first()?;
                self.take(alter, command);
                self.behind.extend(first.statements.iter().cloned());
                self.later.push(rest.to_vec());
            }
            Remedy::ConstraintUsingIndex(Some(unique)) => {
                recipe.first()?;
                self.take(alter?, unique.added.command);
                self.later.push(recipe.to_vec());
            }
            Remedy::ColumnInParts { column, .. } => {
                let definition = column.definition(statement)?;
                let (first, rest) = recipe.split_first()?;
                let changes = column.changes(definition);
                let is_known = |place: Span| self.inside.iter().any(|it| it.0.end == place.end);
                if changes.iter().any(|it| is_known(it.0)) {
                    return None;
                }
                for (place, with) in changes {
                    let text = migration.file.text();
                    let place = if with.is_empty() {
                        let from = blank_before(text, statement.span.start, place.start);
                        Span::new(from, place.end)
                    } else {
                        place
                    };
                    self.inside.push((place, with.to_owned()));
                }
                self.behind.extend(first.statements.iter().skip(1).cloned());
                self.later.push(rest.to_vec());
                self.is_unsafe |= ends_otherwise(remedy, recipe);
            }
            Remedy::AloneWithoutLocks | Remedy::ValidateLater if self.findings == 0 => {
                self.splits = true;
            }
            _ => {
                let (first, rest) = recipe.split_first()?;
                if self.findings > 0 || alter.is_some_and(|alter| alter.commands.len() > 1) {
                    return None;
                }
                let text = migration.file.slice(statement.span);
                if first.outside_transaction {
                    self.goes = true;
                    self.later.push(recipe.to_vec());
                } else {
                    let woven = woven(text, first);
                    let woven = woven.trim_end_matches(';').to_owned();
                    self.inside.push((statement.span, woven));
                    self.later.push(rest.to_vec());
                }
                self.is_unsafe |= ends_otherwise(remedy, recipe);
            }
        }
        Some(())
    }

    /// Whether nothing of it stays in its place.
    pub(super) fn moves(&self) -> bool {
        self.goes && self.behind.is_empty()
    }

    /// Takes a subcommand out of the statement, which goes with its last one.
    fn take(&mut self, alter: &AlterTable, command: usize) {
        self.gone.insert(command);
        self.goes = self.gone.len() == alter.commands.len();
    }

    /// The ranges to cut out of a statement that stays, each with a comma.
    pub(super) fn cuts(&self, statement: &Statement) -> Vec<Span> {
        let Action::AlterTable(alter) = &statement.action else {
            return Vec::new();
        };
        if self.goes {
            return Vec::new();
        }
        let spans: Vec<Span> = alter.commands.iter().map(|it| it.span).collect();
        let last_kept = (0..spans.len()).rfind(|at| !self.gone.contains(at));
        let cut = |at: &usize| match spans.get(at + 1) {
            // Up to the next one, which stays or is cut out in turn.
            Some(next) if last_kept > Some(*at) => Span::new(spans[*at].start, next.start),
            _ => Span::new(spans[at.saturating_sub(1)].end, spans[*at].end),
        };
        self.gone.iter().map(cut).collect()
    }
}

/// Where the white space begins that stands before `at` in a statement, unless a comment ends there.
fn blank_before(text: &str, statement: usize, at: usize) -> usize {
    let tokens = sql::token_spans(text, Span::new(statement, at));
    let end = tokens.last().map_or(at, |token| token.end);
    let between = text.get(end..at).unwrap_or_default();
    if between.trim().is_empty() { end } else { at }
}

/// Whether something ends up otherwise than without the fix: what IF NOT EXISTS would have passed over is built anew, DETACH CONCURRENTLY leaves a CHECK
/// that says what the partition's bound said, and of batches others see the first while the last are not done, as does who begins again.
pub(super) fn ends_otherwise(remedy: &Remedy, recipe: &[Block]) -> bool {
    match remedy {
        Remedy::DropFirst
        | Remedy::DetachConcurrently
        | Remedy::Batches { .. }
        | Remedy::CommitBatches { .. } => true,
        Remedy::ColumnInParts { column, .. } => column.if_not_exists,
        Remedy::IndexConcurrently(Built::Created) => recipe.len() > 1,
        _ => false,
    }
}

/// The statements of a block with their semicolons, the first of which stays laid out as the text that it is made from.
pub(super) fn woven(text: &str, block: &Block) -> String {
    let statements = block.statements.iter().enumerate().map(|(at, sql)| {
        let woven = sql::weave(text, sql.trim_end_matches(';')).filter(|_| at == 0);
        woven.map_or_else(|| sql.clone(), |sql| sql + ";")
    });
    let statements: Vec<String> = statements.collect();
    statements.join("\n")
}
