//! What the names in a RunPython function stand for, and what it was found to do.

use crate::django::operation::{Deed, DeedKind, Extent, ModelName};
use crate::django::value::Opaque;
use crate::source::Span;

/// What a name or an expression stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Thing {
    /// The registry of models: the first argument.
    Apps,
    /// Its `get_model`, by another name.
    Asking,
    SchemaEditor,
    Connection,
    Cursor,
    Model(ModelName),
    /// A model that is imported as it is today, and where; constants of its class are no use of the table.
    Today(ModelName, Span),
    /// A manager, a query, a list of rows.
    Rows(ModelName, Rows),
    /// One row, or what is to become one.
    Row(ModelName, Rows),
    /// A row's attribute, which may be a relation to other rows; or what was made of it.
    Part(ModelName, String),
    /// Pages of rows, batches, or their numbers.
    Batches(Option<ModelName>),
    /// Things one after the other, with their keys in a dictionary.
    Several(Vec<(Option<String>, Thing)>),
    /// Anything else.
    Other,
}

/// Which rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rows {
    pub(super) extent: Extent,
    /// They are not stored yet.
    pub(super) new: bool,
    /// They are locked as they are read.
    pub(super) locks: bool,
    /// They come in pages: `iterator()`.
    pub(super) paged: bool,
}

impl Rows {
    /// Rows whose number does not grow with the table.
    pub(super) const FEW: Self = Self {
        extent: Extent::Few,
        new: false,
        locks: false,
        paged: false,
    };

    /// At most these of them.
    pub(super) fn at_most(self, extent: Extent) -> Self {
        let extent = self.extent.min(extent);
        Self { extent, ..self }
    }
}

/// A loop or a block of `transaction.atomic()` around what is looked at.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Around {
    /// A loop over batches.
    Batches,
    /// A loop over rows whose number may grow with a table.
    Rows,
    /// A block, and which one.
    Atomic(usize),
}

/// What a function was found to do.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) deeds: Vec<Deed>,
    /// Models that it uses as they are today, and where.
    pub(super) of_today: Vec<(Span, ModelName)>,
    /// Models whose rows it loads all at once, and where.
    pub(super) loads: Vec<(Span, ModelName)>,
    pub(super) opaque: Option<Opaque>,
}

impl Done {
    /// The same, as seen from another file.
    pub(super) fn moved(mut self, at: Span) -> Self {
        for deed in &mut self.deeds {
            match &mut deed.kind {
                DeedKind::Rows(step) => step.span = at,
                DeedKind::Sql(sql) => {
                    sql.span = at;
                    sql.text.pieces.clear();
                }
            }
        }
        for (place, _) in self.of_today.iter_mut().chain(&mut self.loads) {
            *place = at;
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
        Thing::Several(items) => super::several::attributes(items, name),
        Thing::Model(model) | Thing::Today(model, _)
            if name.ends_with("objects") || name.ends_with("manager") =>
        {
            Thing::Rows(model, Rows::default())
        }
        Thing::Apps if name == "get_model" => Thing::Asking,
        Thing::SchemaEditor if name == "connection" => Thing::Connection,
        Thing::Batches(_) if name == "page_range" => Thing::Batches(None),
        Thing::Rows(model, _) if name == "object_list" => Thing::Rows(model, Rows::FEW),
        Thing::Row(model, rows) if !rows.new => Thing::Part(model, name.to_owned()),
        _ => Thing::Other,
    }
}
