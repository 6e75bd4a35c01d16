//! What remedies need to know of the statement and of the catalog before it.

use super::Context;
use crate::finding::{Added, NotNull, Part, Unique};
use crate::ir::{
    Action, AlterAction, AlterTable, Constraint, ConstraintKind, CreateIndex, IndexColumn,
    IndexElement, Name,
};
use crate::postgres::Change;
use crate::schema::{Relation, RelationId};

impl<'a> Context<'a> {
    /// A constraint that a subcommand adds, with the name that it gets.
    #[must_use]
    pub fn added(&self, alter: &AlterTable, command: usize, constraint: &Constraint) -> Added {
        Added {
            command,
            table: alter.name.clone(),
            name: self.catalog.constraint_name(&alter.name, constraint),
            given: constraint.name.is_some(),
        }
    }

    /// The constraint that this subcommand of an ALTER TABLE adds by itself, not as a part of a column.
    #[must_use]
    pub fn added_constraint(&self, command: usize) -> Option<(Added, &'a Constraint)> {
        let Action::AlterTable(alter) = &self.statement.action else {
            return None;
        };
        match &alter.commands.get(command)?.action {
            AlterAction::AddConstraint(constraint) => {
                Some((self.added(alter, command, constraint), constraint))
            }
            _ => None,
        }
    }

    /// The same, where it is UNIQUE or PRIMARY KEY, and on a table that has all its rows itself.
    #[must_use]
    pub fn unique(&self, command: usize) -> Option<Unique> {
        let (added, constraint) = self.added_constraint(command)?;
        let table = self.catalog.find(&added.table);
        if table.is_some_and(|table| table.partitioned) {
            return None;
        }
        let columns = match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } => columns.as_slice(),
            _ => &[],
        };
        let may_be_null = |name: &&String| {
            let column = table.and_then(|table| table.column(name));
            column.is_none_or(|column| !column.not_null)
        };
        let nullable = columns.iter().filter(may_be_null).map(|column| NotNull {
            table: added.table.clone(),
            column: column.clone(),
            is_constraint: self.version.has(Change::NotNullIsConstraint),
        });
        Some(Unique {
            nullable: nullable.collect(),
            added,
        })
    }

    /// Whether the statement alters a partitioned table.
    #[must_use]
    pub fn is_on_partitions(&self) -> bool {
        let Action::AlterTable(alter) = &self.statement.action else {
            return false;
        };
        let table = self.catalog.find(&alter.name);
        table.is_some_and(|table| table.partitioned)
    }

    /// Whether a relation has a unique index on columns alone, for all of its rows.
    ///
    /// Source: PostgreSQL documentation, REFRESH MATERIALIZED VIEW, CONCURRENTLY.
    #[must_use]
    pub fn has_unique_index(&self, of: RelationId) -> bool {
        let is_column = |key: &IndexElement| matches!(key.column, IndexColumn::Column(_));
        let mut indexes = self
            .catalog
            .indexes(of)
            .filter_map(|it| it.definition.as_ref());
        indexes.any(|index| {
            index.unique && index.predicate.is_none() && index.elements.iter().all(is_column)
        })
    }

    /// Whether a unique index on these columns is there beside this one, or comes with the migration: ON CONFLICT on them finds it.
    #[must_use]
    pub fn has_like_key(
        &self,
        table: &Relation,
        columns: &[&str],
        gone: Option<RelationId>,
    ) -> bool {
        let mut there = self.catalog.indexes(table.id);
        let same = |index: &Relation| {
            let definition = index.definition.as_ref();
            Some(index.id) != gone && definition.is_some_and(|it| is_key_on(it, columns))
        };
        let same_columns = |keys: &[String]| {
            keys.len() == columns.len() && keys.iter().all(|key| columns.contains(&key.as_str()))
        };
        let mut added = self.done_to(&table.full_name());
        there.any(same)
            || added.any(|action| match action {
                Action::CreateIndex(create) => is_key_on(create, columns),
                Action::AlterTable(alter) => alter.commands.iter().any(|command| {
                    let AlterAction::AddConstraint(new) = &command.action else {
                        return false;
                    };
                    match &new.kind {
                        ConstraintKind::Unique { columns, .. }
                        | ConstraintKind::PrimaryKey { columns, .. } => same_columns(columns),
                        _ => false,
                    }
                }),
                _ => false,
            })
    }

    /// The partitions of a table, each with what `index` is called there; none where one of them has partitions itself.
    #[must_use]
    pub fn partitions(&self, table: &Name, index: impl Fn(&Name) -> String) -> Vec<Part> {
        let table = self.catalog.find(table);
        let children = table
            .into_iter()
            .flat_map(|it| self.catalog.children(it.id));
        let children: Vec<&Relation> = children.collect();
        if children.iter().any(|child| child.partitioned) {
            return Vec::new();
        }
        let names = children.iter().map(|child| Name {
            schema: child.schema.clone().filter(|schema| schema != "public"),
            name: child.name.clone(),
        });
        let parts = names.map(|table| Part {
            index: index(&table),
            table,
        });
        parts.collect()
    }
}

/// Whether an index enforces that these columns are unique, in any order, for all rows.
fn is_key_on(index: &CreateIndex, columns: &[&str]) -> bool {
    let has = |element: &IndexElement| match &element.column {
        IndexColumn::Column(name) => columns.contains(&name.as_str()),
        IndexColumn::Expression(_) => false,
    };
    index.unique
        && index.predicate.is_none()
        && index.elements.len() == columns.len()
        && index.elements.iter().all(has)
}
