//! The world before a statement, and what is sure of it.

use super::refused::{Mend, Refusal};
use crate::effects::transaction::Deferred;
use crate::ir::Name;
use crate::postgres::Version;
use crate::schema::{Catalog, Column, Relation};

/// The world in which a statement is refused or not.
#[derive(Clone, Copy)]
pub(in crate::effects) struct Scene<'a> {
    pub(in crate::effects) catalog: &'a Catalog,
    pub(in crate::effects) version: Version,
    /// What the transaction has put off.
    pub(in crate::effects) deferred: &'a Deferred,
}

impl<'a> Scene<'a> {
    /// The relation that a name means, if the history made it and it is there for sure.
    pub(super) fn made(self, name: &Name) -> Option<&'a Relation> {
        let found = self.catalog.find_sure(name)?;
        found.created.map(|_| found)
    }

    /// The relation that lies where a new one of this name would, if the history made it and it is there for sure.
    pub(super) fn in_the_way(self, name: &Name) -> Option<&'a Relation> {
        let qualified = self.catalog.qualified(name);
        self.made(&qualified)
            .filter(|_| self.catalog.is_placed(name))
    }

    /// Whether all columns of a relation are known.
    pub(super) fn knows_columns(self, relation: &Relation) -> bool {
        self.catalog.is_whole(relation) && !relation.columns.is_empty()
    }

    /// Whether a relation surely has no such column.
    pub(super) fn lacks(self, relation: &Relation, column: &str) -> bool {
        self.knows_columns(relation)
            && relation.column(column).is_none()
            && !is_system_column(column)
    }

    /// A column of a relation of which all is known.
    pub(super) fn column(self, relation: &'a Relation, name: &str) -> Option<&'a Column> {
        relation
            .column(name)
            .filter(|_| self.catalog.is_whole(relation))
    }

    /// That a name means no relation any more.
    pub(super) fn gone(self, name: &Name, kind: &str, sqlstate: &'static str) -> Option<Refusal> {
        let message = || format!("{kind} \"{name}\" does not exist");
        let gone = self.catalog.is_gone(name);
        gone.then(|| Refusal::new(sqlstate, message(), Mend::Missing))
    }
}

/// Columns that every table has.
pub(super) fn is_system_column(name: &str) -> bool {
    matches!(
        name,
        "tableoid" | "xmin" | "cmin" | "xmax" | "cmax" | "ctid"
    )
}
