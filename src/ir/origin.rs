//! Where statements come from that do not stand in their file as they are run.

use super::{Action, Migration, Statement};
use crate::source::{SourceFile, Span};
use serde::Serialize;
use std::sync::Arc;

/// Where the text of a statement comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It stands in the file, and so do all places inside its action.
    #[default]
    File,
    /// A framework makes it of what stands in the file; places inside the action are places of this text.
    Generated(Arc<str>),
    /// It does what code in the file does, as far as that can be read; places inside the action are places of this text.
    Code(Arc<str>),
    /// It cannot be told from what stands in the file; why.
    Opaque(String),
}

impl Origin {
    /// Whether its text is what the server gets. What code does can be told, but not be run without it.
    #[must_use]
    pub const fn is_run(&self) -> bool {
        matches!(self, Self::File | Self::Generated(_))
    }

    /// The text, where it does not stand in the file.
    #[must_use]
    pub fn made_text(&self) -> Option<Arc<str>> {
        match self {
            Self::Generated(text) | Self::Code(text) => Some(text.clone()),
            Self::File | Self::Opaque(_) => None,
        }
    }

    /// The text of a statement at `span` of `file`; empty where it is not known.
    #[must_use]
    pub fn text<'t>(&'t self, file: &'t SourceFile, span: Span) -> &'t str {
        match self {
            Self::File => file.slice(span),
            Self::Generated(text) | Self::Code(text) => text,
            Self::Opaque(_) => "",
        }
    }
}

impl Migration {
    /// The text of a statement of this migration.
    #[must_use]
    pub fn text_of<'t>(&'t self, statement: &'t Statement) -> &'t str {
        statement.origin.text(&self.file, statement.span)
    }
}

impl Action {
    /// Counts the places of its subcommands from `start`.
    pub fn move_places(&mut self, start: usize) {
        if let Self::AlterTable(alter) = self {
            for command in &mut alter.commands {
                let span = command.span;
                let moved = |at: usize| at.saturating_sub(start);
                command.span = Span::new(moved(span.start), moved(span.end));
            }
        }
    }
}
