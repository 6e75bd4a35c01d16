//! The statement that a remedy is for, and what is said of it.

use crate::finding::Block;
use crate::ir::{Action, Migration, Origin, Statement};
use crate::source::Span;
use crate::sql::Printed;
use std::borrow::Cow;

/// What to do instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// In one line.
    pub help: Cow<'static, str>,
    /// SQL to paste, one migration each.
    pub recipe: Vec<Block>,
}

impl Advice {
    pub(super) const fn words(help: &'static str) -> Self {
        Self {
            help: Cow::Borrowed(help),
            recipe: Vec::new(),
        }
    }
}

/// The statement that a remedy is for.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub migration: &'a Migration,
    pub statement: &'a Statement,
}

impl Case<'_> {
    /// The statement as it is written.
    pub(super) fn printed(&self) -> Printed<'_> {
        let text = self.migration.text_of(self.statement);
        Printed::new(text, Span::new(0, text.len()))
    }

    /// One of its subcommands as it is written.
    pub(super) fn printed_command(&self, command: usize) -> Printed<'_> {
        let Action::AlterTable(alter) = &self.statement.action else {
            return self.printed();
        };
        match alter.commands.get(command) {
            Some(command) => self.printed_at(command.span),
            None => self.printed(),
        }
    }

    /// A part of it as it is written.
    pub(super) fn printed_at(&self, place: Span) -> Printed<'_> {
        Printed::new(self.text(), place)
    }

    /// The text that its places are counted in.
    pub(super) fn text(&self) -> &str {
        match &self.statement.origin {
            Origin::File => self.migration.file.text(),
            Origin::Generated(text) | Origin::Code(text) => text,
            Origin::Opaque(_) => "",
        }
    }
}
