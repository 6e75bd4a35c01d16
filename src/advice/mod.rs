//! Remedies in words, with text to paste, for the front end and the runner that a migration belongs to.

mod django;
mod sql;

use crate::finding::Remedy;
use crate::ir::{Action, Migration, Origin, Statement};
use crate::source::{Framework, Span};
use crate::sql::Printed;

/// What to do instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// In one line.
    pub help: &'static str,
    /// SQL to paste, one statement each.
    pub suggestion: Vec<String>,
}

impl Advice {
    const fn words(help: &'static str) -> Self {
        Self {
            help,
            suggestion: Vec::new(),
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
    /// Words the remedy for whoever writes the migration.
    #[must_use]
    pub fn advise(&self, remedy: &Remedy) -> Advice {
        let own = match self.migration.framework {
            Framework::Django => django::advise(self, remedy),
            _ => None,
        };
        own.unwrap_or_else(|| sql::advise(self, remedy))
    }

    /// The statement as it is written.
    fn printed(&self) -> Printed<'_> {
        let text = self.migration.text_of(self.statement);
        Printed::new(text, Span::new(0, text.len()))
    }

    /// One of its subcommands as it is written.
    fn printed_command(&self, command: usize) -> Printed<'_> {
        let Action::AlterTable(alter) = &self.statement.action else {
            return self.printed();
        };
        let Some(command) = alter.commands.get(command) else {
            return self.printed();
        };
        let text = match &self.statement.origin {
            Origin::File => self.migration.file.text(),
            Origin::Generated(text) | Origin::Code(text) => text,
            Origin::Opaque(_) => "",
        };
        Printed::new(text, command.span)
    }
}
