//! What becomes of a migration whose statements are changed: what stays in its file, and what is to follow.

use super::apart::PutOff;
use super::draft::{Draft, VALIDATE, word};
use super::goose;
use super::lines;
use super::liquibase;
use super::statement::{Change, woven};
use super::words::Words;
use crate::finding::Block;
use crate::ir::{Action, Migration, Statement};
use crate::source::{Framework, Span, TransactionMode};

/// Statements, of one or more changes, that follow in migrations of their own.
type Later = Vec<(usize, Vec<Block>)>;

/// What stays in a migration, and what follows it.
pub(super) struct Plan<'m> {
    pub(super) migration: &'m Migration,
    /// Text in place of ranges of its file.
    pub(super) edits: Vec<(Span, String)>,
    pub(super) drafts: Vec<Draft>,
    /// What the drafts do later than the migration did.
    pub(super) put_off: Vec<PutOff>,
    /// The migration itself runs outside a transaction from now on.
    pub(super) is_unwrapped: bool,
    pub(super) is_unsafe: bool,
}

impl<'m> Plan<'m> {
    /// Makes the changes, up to a statement that has to wait for what is put off: that and all behind it follow last.
    pub(super) fn of(
        migration: &'m Migration,
        words: &Words,
        changes: Vec<Change>,
    ) -> Result<Self, &'static str> {
        let mut plan = Self {
            migration,
            edits: Vec::new(),
            drafts: Vec::new(),
            put_off: Vec::new(),
            is_unwrapped: false,
            is_unsafe: false,
        };
        let going = changes.iter().filter(|it| it.moves()).map(|it| it.at);
        let going: Vec<usize> = going.collect();
        let mut all = migration.statements.iter().enumerate();
        let is_emptied = all.all(|(at, it)| going.contains(&at) || is_frame(&it.action));
        let in_place = going.first().copied().filter(|_| is_emptied);
        let mut later = Later::new();
        let mut rest = None;
        for change in changes {
            let at = change.at;
            if change.splits {
                rest = Some(at).filter(|at| *at > 0);
                break;
            }
            plan.is_unsafe |= change.is_unsafe;
            if in_place == Some(at) {
                plan.replace(at, &change);
            } else {
                plan.make(&change)?;
            }
            let skipped = usize::from(in_place == Some(at));
            let steps = change.later.into_iter().enumerate();
            let steps = steps.map(|(nth, mut blocks)| {
                if nth == 0 {
                    blocks.drain(..skipped);
                }
                (at, blocks)
            });
            let steps: Later = steps.filter(|(_, blocks)| !blocks.is_empty()).collect();
            if steps.is_empty() {
                continue;
            }
            later.extend(steps);
            let put_off = PutOff::of(&migration.statements[at]);
            let stays = |other: usize| other > at && !going.contains(&other);
            let is_needed = put_off.is_needed(migration, words, stays);
            plan.put_off.push(put_off);
            if is_needed {
                rest = Some(at + 1);
                break;
            }
        }
        plan.follow(&later);
        if let Some(first) = rest {
            plan.cut_off(first)?;
        }
        if plan.edits.is_empty() {
            return Err("it has a migration of its own already");
        }
        Ok(plan)
    }

    /// Changes a statement where it stands, or takes it away.
    fn make(&mut self, change: &Change) -> Result<(), &'static str> {
        let text = self.migration.file.text();
        let span = self.migration.statements[change.at].span;
        let end = lines::end(text, span);
        let indent = lines::indent(text, span.start);
        let line = |sql: &String| format!("{sql}\n{indent}");
        let before: String = change.before.iter().map(line).collect();
        let behind: String = change.behind.iter().map(line).collect();
        let behind = behind.trim_end();
        if !change.goes {
            self.edits.push((Span::new(span.start, span.start), before));
            let cuts = change.cuts(&self.migration.statements[change.at]);
            self.edits
                .extend(cuts.into_iter().map(|cut| (cut, String::new())));
            self.edits.extend(change.inside.iter().cloned());
            if !behind.is_empty() {
                let semicolon = if end == span.end { ";" } else { "" };
                let text = format!("{semicolon}\n{indent}{behind}");
                self.edits.push((Span::new(end, end), text));
            }
        } else if !behind.is_empty() {
            self.edits
                .push((Span::new(span.start, end), behind.to_owned()));
        } else {
            if self.migration.framework == Framework::Drizzle {
                return Err("what parts its statements is written by drizzle-kit");
            }
            self.edits.push((self.whole(change.at), String::new()));
        }
        self.edits
            .retain(|(span, text)| span.start < span.end || !text.is_empty());
        Ok(())
    }

    /// A statement with what belongs to it.
    fn whole(&self, at: usize) -> Span {
        let span = self.migration.statements[at].span;
        let text = self.migration.file.text();
        lines::whole(text, goose::bracketed(text, span), self.begin(at))
    }

    /// Where what stands before a statement ends.
    fn begin(&self, at: usize) -> usize {
        let text = self.migration.file.text();
        let part = self.part(at).start;
        // A changeset begins with the line that names it.
        let part = liquibase::line_end(self.migration).map_or(part, |end| part.max(end));
        let before = at
            .checked_sub(1)
            .map(|before| self.migration.statements[before].span);
        before.map_or(part, |before| part.max(lines::end(text, before)))
    }

    /// The part of the file that a statement stands in.
    fn part(&self, at: usize) -> Span {
        let span = self.migration.statements[at].span;
        let mut parts = self.migration.parts.iter();
        let part = parts.find(|part| part.start <= span.start && span.end <= part.end);
        part.copied().unwrap_or(span)
    }

    /// Runs a block instead of a statement beside which nothing stays but what frames it.
    fn replace(&mut self, at: usize, change: &Change) {
        let Some(block) = change.later.first().and_then(|blocks| blocks.first()) else {
            return;
        };
        let text = self.migration.file.text();
        let span = self.migration.statements[at].span;
        let woven = woven(&text[span.start..span.end], block);
        let place = if goose::is_bracketed(&woven) {
            goose::bracketed(text, span)
        } else {
            Span::new(span.start, lines::end(text, span))
        };
        self.edits.push((place, woven));
        if block.outside_transaction {
            self.is_unwrapped = true;
            let statements = self.migration.statements.iter().enumerate();
            let frame = statements.filter(|(_, statement)| is_frame(&statement.action));
            let frame: Vec<Span> = frame.map(|(other, _)| self.whole(other)).collect();
            self.edits
                .extend(frame.into_iter().map(|it| (it, String::new())));
        }
    }

    /// Drafts what is to follow, step by step; a table's constraints are validated together.
    fn follow(&mut self, later: &Later) {
        let steps = later.iter().map(|(_, blocks)| blocks.len()).max();
        for step in 0..steps.unwrap_or(0) {
            let mut drafts: Vec<Draft> = Vec::new();
            for (at, blocks) in later {
                let Some(block) = blocks.get(step) else {
                    continue;
                };
                let draft = self.draft(*at, block, step == 0);
                let table = |sql: &str| sql.split_once(VALIDATE).map(|it| it.0.to_owned());
                let same = drafts.iter_mut().find(|other| {
                    table(&draft.sql).is_some_and(|it| table(&other.sql) == Some(it))
                });
                match same {
                    Some(other) => other.sql.push_str(&draft.sql),
                    None => drafts.push(draft),
                }
            }
            self.drafts.append(&mut drafts);
        }
    }

    fn draft(&self, at: usize, block: &Block, is_first: bool) -> Draft {
        let text = self.migration.file.text();
        let span = self.migration.statements[at].span;
        let whole = self.whole(at);
        let is_moved = self
            .edits
            .iter()
            .any(|(cut, with)| *cut == whole && with.is_empty());
        let sql = if is_first && is_moved {
            let words = &text[whole.start..goose::bracketed(text, span).start];
            format!("{words}{}", woven(&text[span.start..span.end], block))
        } else {
            block.statements.join("\n")
        };
        Draft {
            word: word(block),
            sql: format!("{sql}\n"),
            is_outside: block.outside_transaction,
        }
    }

    /// What begins with this statement follows last, as it is.
    fn cut_off(&mut self, first: usize) -> Result<(), &'static str> {
        let migration = self.migration;
        let framed = |it: &Statement| matches!(it.action, Action::Transaction(_));
        if migration.statements.iter().any(framed) {
            return Err("it begins and ends transactions itself");
        }
        if migration.parts.len() > 1 || migration.framework == Framework::Drizzle {
            return Err("its statements lie in several parts");
        }
        let text = migration.file.text();
        let start = self.whole(first).start;
        let end = text[..self.part(first).end].trim_end().len();
        let cut = Span::new(start, end.max(start));
        self.drafts.push(Draft {
            word: "rest",
            sql: format!("{}\n", &text[cut.start..cut.end]),
            is_outside: migration.transaction == TransactionMode::None,
        });
        self.edits.retain(|(span, _)| span.end <= cut.start);
        self.edits.push((cut, String::new()));
        Ok(())
    }
}

/// What begins and ends a transaction, or sets a timeout that what is done CONCURRENTLY must not have.
fn is_frame(action: &Action) -> bool {
    match action {
        Action::Transaction(_) => true,
        Action::Set(set) => matches!(&*set.name, "lock_timeout" | "statement_timeout"),
        _ => false,
    }
}
