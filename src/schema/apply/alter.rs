//! ALTER TABLE: what each subcommand leaves behind.

use crate::ir::{
    AlterAction, AlterTable, ConstraintKind, Name, ObjectKind, RelationKind, TriggerSet,
    TriggerState,
};
use crate::schema::{Catalog, Column, Object, RelationId};

impl Catalog {
    pub(super) fn alter_table(&mut self, alter: &AlterTable) {
        let id = self.resolve(&alter.name, alter.kind);
        for command in &alter.commands {
            self.alter(id, &command.action);
            if let AlterAction::AddConstraint(new) = &command.action {
                self.add_to_partitions(id, new, alter.only);
            }
            if !alter.only && is_inherited(&command.action) {
                for child in self.descendants(id) {
                    self.alter(child, &command.action);
                }
            }
        }
    }

    /// A key of a partitioned table is one of each partition too, with an index of its own.
    fn add_to_partitions(&mut self, id: RelationId, new: &crate::ir::Constraint, only: bool) {
        let index = self.get(id).constraints.last().and_then(|key| key.index);
        let (Some(index), false, true) = (index, only, new.kind.has_index()) else {
            return;
        };
        for partition in self.descendants(id) {
            if self.get(partition).bound.is_some() {
                self.copy_index(id, index, partition);
            }
        }
    }

    fn no_inherit(&mut self, child: RelationId, parent: &Name) {
        let parent = self.resolve(parent, RelationKind::Table);
        self.get_mut(child).parents.retain(|other| *other != parent);
    }

    fn alter(&mut self, id: RelationId, action: &AlterAction) {
        match action {
            AlterAction::AddColumn {
                column,
                if_not_exists: true,
            } if self.get(id).column(&column.name).is_some() => {}
            AlterAction::AddColumn { column, .. } => self.add_column(id, column),
            AlterAction::DropColumn {
                column, cascade, ..
            } => {
                let reach = self.reach(vec![Object::Column(id, column.clone())], *cascade);
                self.drop_reached(&reach);
            }
            AlterAction::AlterColumnType {
                column,
                ty,
                collation,
                ..
            } => {
                let known = self.column_mut(id, column);
                known.ty = Some(ty.clone());
                known.collation.clone_from(collation);
            }
            AlterAction::SetDefault { column, default } => {
                self.column_mut(id, column).default = Some(default.clone());
            }
            AlterAction::DropDefault { column } => self.column_mut(id, column).default = None,
            AlterAction::SetNotNull { column } => self.set_not_null(id, column, true),
            AlterAction::DropNotNull { column } => self.set_not_null(id, column, false),
            AlterAction::DropExpression { column } => self.column_mut(id, column).generated = None,
            AlterAction::AddIdentity { column } => {
                self.column_mut(id, column).identity = true;
                self.own_sequence(id, column);
            }
            AlterAction::DropIdentity { column } => {
                self.column_mut(id, column).identity = false;
                if let Some(sequence) = self.owned_sequence(id, column).map(|owned| owned.id) {
                    self.forget(sequence);
                }
            }
            AlterAction::SetExpression { column, expr } => {
                if let Some(generated) = &mut self.column_mut(id, column).generated {
                    generated.expr = expr.clone();
                }
            }
            AlterAction::AddConstraint(constraint) => self.add_constraint(id, constraint),
            AlterAction::ValidateConstraint { name } => self.validate(id, name),
            AlterAction::AlterConstraint {
                name,
                enforced: Some(enforced),
                ..
            } => {
                let relation = self.get_mut(id);
                for constraint in relation.constraints.iter_mut().filter(|c| c.name == *name) {
                    constraint.enforced = *enforced;
                    constraint.valid = *enforced;
                }
            }
            AlterAction::DropConstraint { name, cascade, .. } => {
                self.drop_constraint(id, name, *cascade);
            }
            AlterAction::Inherit(parent) => {
                let parent = self.resolve(parent, RelationKind::Table);
                self.get_mut(id).parents.push(parent);
                self.link(parent, id);
            }
            AlterAction::NoInherit(parent) => self.no_inherit(id, parent),
            AlterAction::AttachPartition { partition, bound } => {
                let kind = self.get(id).kind;
                let child = self.resolve(partition, kind);
                let relation = self.get_mut(child);
                relation.parents = vec![id];
                relation.bound.clone_from(bound);
                self.link(id, child);
                if kind != RelationKind::Index {
                    self.copy_indexes(id, child);
                }
            }
            AlterAction::DetachPartition { partition, .. } => {
                let child = self.resolve(partition, RelationKind::Table);
                let relation = self.get_mut(child);
                relation.parents.clear();
                relation.bound = None;
                let indexes: Vec<RelationId> = self.indexes(child).map(|index| index.id).collect();
                for index in indexes {
                    self.get_mut(index).parents.clear();
                }
            }
            AlterAction::RenameTo(name) => self.rename(id, name),
            AlterAction::RenameColumn { from, to } => self.rename_column(id, from, to),
            AlterAction::RenameConstraint { from, to } => {
                let relation = self.get_mut(id);
                for constraint in relation.constraints.iter_mut().filter(|c| c.name == *from) {
                    constraint.name.clone_from(to);
                }
            }
            AlterAction::SetSchema(schema) => self.set_schema(id, schema),
            other => self.alter_property(id, other),
        }
    }

    /// Owner, storage and kind.
    fn alter_property(&mut self, id: RelationId, action: &AlterAction) {
        match action {
            AlterAction::SequenceOptions { owned_by } => {
                let relation = self.get(id);
                let name = Name {
                    schema: relation.schema.clone(),
                    name: relation.name.clone(),
                };
                self.own(&name, owned_by.as_ref());
            }
            AlterAction::OwnerTo(role) => self.get_mut(id).owner = Some(role.clone()),
            AlterAction::SetLogged => self.get_mut(id).unlogged = false,
            AlterAction::SetUnlogged => self.get_mut(id).unlogged = true,
            AlterAction::SetAccessMethod(method) => {
                self.get_mut(id).access_method.clone_from(method);
            }
            AlterAction::SetTablespace(name) => {
                self.get_mut(id).tablespace = Some(name.clone());
            }
            AlterAction::ClusterOn { .. } => self.get_mut(id).clustered = true,
            AlterAction::SetWithoutCluster => self.get_mut(id).clustered = false,
            AlterAction::OfType(name) => {
                let ty = self.resolve(name, RelationKind::CompositeType);
                self.get_mut(id).of_type = Some(ty);
            }
            AlterAction::Trigger { state, which } => {
                let disabled = *state == TriggerState::Disable;
                for at in &mut self.get_mut(id).attached {
                    let meant = match which {
                        TriggerSet::Named(name) => at.name.as_ref() == Some(name),
                        _ => true,
                    };
                    if meant && at.kind == ObjectKind::Trigger {
                        at.disabled = disabled;
                    }
                }
            }
            AlterAction::NotOf => self.get_mut(id).of_type = None,
            _ => {}
        }
    }

    /// The column, put there without a type where it was not known before.
    fn column_mut(&mut self, id: RelationId, name: &str) -> &mut Column {
        let columns = &mut self.get_mut(id).columns;
        let at = columns.iter().position(|column| column.name == name);
        let at = at.unwrap_or_else(|| {
            columns.push(Column {
                name: name.to_owned(),
                ty: None,
                collation: None,
                not_null: false,
                default: None,
                generated: None,
                identity: false,
                created: None,
            });
            columns.len() - 1
        });
        &mut columns[at]
    }

    pub(super) fn set_not_null(&mut self, id: RelationId, column: &str, not_null: bool) {
        self.column_mut(id, column).not_null = not_null;
        if !not_null {
            self.get_mut(id).constraints.retain(|constraint| {
                !matches!(&constraint.kind, ConstraintKind::NotNull { column: name } if name == column)
            });
        }
    }

    fn validate(&mut self, id: RelationId, name: &str) {
        let relation = self.get_mut(id);
        let Some(constraint) = relation.constraints.iter_mut().find(|c| c.name == name) else {
            return;
        };
        constraint.valid = true;
        if let ConstraintKind::NotNull { column } = constraint.kind.clone() {
            self.set_not_null(id, &column, true);
        }
    }

    fn drop_constraint(&mut self, id: RelationId, name: &str, cascade: bool) {
        let Some(constraint) = self.get(id).constraint(name) else {
            return;
        };
        let kind = constraint.kind.clone();
        let reach = self.reach(vec![Object::Constraint(id, name.to_owned())], cascade);
        self.drop_reached(&reach);
        if let ConstraintKind::NotNull { column } = kind {
            self.set_not_null(id, &column, false);
        }
    }

    /// Gives a relation another name in its schema.
    pub(super) fn rename(&mut self, id: RelationId, name: &str) {
        let schema = self.unname(id);
        let relation = self.get_mut(id);
        name.clone_into(&mut relation.name);
        self.give_name(id, &schema, name);
    }

    fn set_schema(&mut self, id: RelationId, schema: &str) {
        self.unname(id);
        let relation = self.get_mut(id);
        relation.schema = Some(schema.to_owned());
        let name = relation.name.clone();
        self.give_name(id, schema, &name);
        let indexes: Vec<RelationId> = self.indexes(id).map(|index| index.id).collect();
        for index in indexes {
            self.set_schema(index, schema);
        }
    }

    /// Takes a relation out of the name lookup and says in which schema it was.
    pub(super) fn unname(&mut self, id: RelationId) -> String {
        let relation = &self.relations[id.0 as usize];
        if let Some(namesakes) = self.names.get_mut(&relation.name) {
            namesakes.retain(|(_, other)| *other != id);
        }
        let schema = relation.schema.clone();
        schema.unwrap_or_else(|| "public".to_owned())
    }

    fn rename_column(&mut self, id: RelationId, from: &str, to: &str) {
        let sequence = self.owned_sequence(id, from).map(|owned| owned.id);
        if let Some(sequence) = sequence {
            self.get_mut(sequence).column = Some(to.to_owned());
        }
        let column = self.column_mut(id, from);
        to.clone_into(&mut column.name);
        for constraint in &mut self.get_mut(id).constraints {
            constraint.kind.rename_column(from, to);
        }
        let indexes: Vec<RelationId> = self.indexes(id).map(|index| index.id).collect();
        for index in indexes {
            if let Some(definition) = &mut self.get_mut(index).definition {
                definition.rename_column(from, to);
            }
        }
    }

    /// Takes a relation out of the catalog.
    pub(super) fn forget(&mut self, id: RelationId) {
        self.unname(id);
        self.get_mut(id).dropped = true;
    }
}

/// Whether a subcommand reaches the children of a table.
fn is_inherited(action: &AlterAction) -> bool {
    match action {
        AlterAction::AddConstraint(constraint) => {
            !constraint.no_inherit
                && matches!(
                    constraint.kind,
                    ConstraintKind::Check(_) | ConstraintKind::NotNull { .. }
                )
        }
        AlterAction::AddColumn { .. }
        | AlterAction::DropColumn { .. }
        | AlterAction::AlterColumnType { .. }
        | AlterAction::SetNotNull { .. }
        | AlterAction::DropNotNull { .. }
        | AlterAction::SetDefault { .. }
        | AlterAction::DropDefault { .. }
        | AlterAction::ValidateConstraint { .. }
        | AlterAction::DropConstraint { .. }
        | AlterAction::RenameColumn { .. } => true,
        _ => false,
    }
}
