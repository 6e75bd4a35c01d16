//! A table that gets something: one that is there, with what the statement adds to it, or one that is made.

use super::altering::Altering;
use super::scene::{Scene, is_system_column};
use crate::ir::{
    AlterAction, ColumnDef, Constraint, ConstraintKind, CreateTable, Partitioning, TypeName,
};
use crate::schema::{Relation, RelationId};

/// What is known of a table.
pub(super) struct Target<'a> {
    pub(super) scene: Scene<'a>,
    /// `None` for a table that is made.
    pub(super) id: Option<RelationId>,
    pub(super) name: &'a str,
    columns: Vec<(&'a str, Option<&'a TypeName>)>,
    /// It has no other columns than those.
    whole: bool,
    pub(super) partitioning: Option<&'a Partitioning>,
    pub(super) partitioned: bool,
    pub(super) temporary: bool,
    /// The columns of a primary key that the statement makes.
    pub(super) key: Option<&'a [String]>,
    /// The constraints that the statement adds, of which one may be what another needs.
    pub(super) adds: Vec<&'a Constraint>,
}

impl<'a> Target<'a> {
    /// A table that is there.
    pub(super) fn of(scene: Scene<'a>, relation: &'a Relation) -> Self {
        let columns = relation.columns.iter();
        Self {
            scene,
            id: Some(relation.id),
            name: &relation.name,
            columns: columns
                .map(|column| (column.name.as_str(), column.ty.as_ref()))
                .collect(),
            whole: scene.knows_columns(relation),
            partitioning: relation.partitioning.as_ref(),
            partitioned: relation.partitioned,
            temporary: relation.temporary,
            key: None,
            adds: Vec::new(),
        }
    }

    /// A table with all that a statement adds to it, and a column that is looked at.
    pub(super) fn altered(cx: Altering<'a>, column: Option<&'a ColumnDef>) -> Self {
        let mut target = Self::of(cx.scene, cx.relation);
        for command in &cx.statement.commands {
            match &command.action {
                AlterAction::AddColumn { column, .. } => target.add(column),
                AlterAction::AddConstraint(new) => target.adds.push(new),
                AlterAction::AlterColumnType { column, .. } => target.forget_type(column),
                _ => {}
            }
        }
        if let Some(column) = column {
            target.add(column);
        }
        target
    }

    /// A table that is made.
    pub(super) fn new(scene: Scene<'a>, create: &'a CreateTable) -> Self {
        let alone = create.inherits.is_empty()
            && create.like.is_empty()
            && create.of_type.is_none()
            && create.partition_of.is_none();
        let mut target = Self {
            scene,
            id: None,
            name: &create.name.name,
            columns: Vec::new(),
            whole: alone,
            partitioning: create.partition_by.as_ref(),
            partitioned: create.partition_by.is_some(),
            temporary: create.temporary,
            key: None,
            adds: create.constraints.iter().collect(),
        };
        for column in &create.columns {
            target.add(column);
        }
        let keys = target.adds.iter().find_map(|one| match &one.kind {
            ConstraintKind::PrimaryKey { columns, .. } => Some(columns.as_slice()),
            _ => None,
        });
        target.key = keys;
        target
    }

    fn add(&mut self, column: &'a ColumnDef) {
        if !self.columns.iter().any(|(name, _)| *name == column.name) {
            self.columns.push((&column.name, column.ty.as_ref()));
        }
        self.adds.extend(&column.constraints);
    }

    fn forget_type(&mut self, column: &str) {
        for (_, ty) in self.columns.iter_mut().filter(|(name, _)| *name == column) {
            *ty = None;
        }
    }

    /// Whether it surely has no such column.
    pub(super) fn lacks(&self, column: &str) -> bool {
        let mut columns = self.columns.iter();
        self.whole && !columns.any(|(name, _)| *name == column) && !is_system_column(column)
    }

    /// The type of a column, where that is known.
    pub(super) fn type_of(&self, column: &str) -> Option<&'a TypeName> {
        let mut columns = self.columns.iter();
        columns
            .find(|(name, _)| *name == column)
            .filter(|_| self.whole)?
            .1
    }
}
