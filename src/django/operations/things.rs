//! What the names in a RunPython function stand for, and what it was found to do.

use crate::django::operation::{DataStep, SqlText};
use crate::django::value::Opaque;
use crate::source::Span;

/// What a name or an expression stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Thing {
    /// The registry of models: the first argument.
    Apps,
    SchemaEditor,
    Connection,
    Cursor,
    Model(Model),
    /// A manager, a query, a list of rows.
    Rows(Model, Rows),
    /// One row, or what is to become one.
    Row(Model, Rows),
    /// Pages of rows, batches, or their numbers.
    Batches(Option<Model>),
    /// Anything else.
    Other,
}

/// A model as `apps.get_model` was asked for it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Model {
    pub(super) app: String,
    pub(super) name: String,
}

/// Which rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rows {
    /// Something bounds them.
    pub(super) bounded: bool,
    /// They are not stored yet.
    pub(super) new: bool,
}

/// What a function was found to do.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) steps: Vec<DataStep>,
    pub(super) sql: Vec<SqlText>,
    pub(super) opaque: Option<Opaque>,
}

impl Done {
    /// The same, as seen from another file.
    pub(super) fn moved(mut self, at: Span) -> Self {
        for step in &mut self.steps {
            step.span = at;
        }
        for sql in &mut self.sql {
            sql.span = at;
            sql.text.pieces.clear();
        }
        if let Some(opaque) = &mut self.opaque {
            opaque.span = at;
        }
        self
    }
}

/// What an attribute of a thing stands for.
pub(super) fn of_attribute(receiver: Thing, name: &str) -> Thing {
    match receiver {
        Thing::Model(model) if name.ends_with("objects") || name.ends_with("manager") => {
            Thing::Rows(model, Rows::default())
        }
        Thing::SchemaEditor if name == "connection" => Thing::Connection,
        Thing::Batches(_) if name == "page_range" => Thing::Batches(None),
        Thing::Rows(model, _) if name == "object_list" => Thing::Rows(
            model,
            Rows {
                bounded: true,
                new: false,
            },
        ),
        _ => Thing::Other,
    }
}
