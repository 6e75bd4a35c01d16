//! ALTER TABLE: what each subcommand leaves behind.

use crate::ir::{
    AlterAction, AlterTable, ConstraintKind, Name, ObjectKind, PartitionBound, RelationKind,
    RowSecurity, SequenceOptions, TriggerSet, TriggerState,
};
use crate::postgres::object_name;
use crate::schema::link::Link;
use crate::schema::{Attached, Catalog, Column, Constraint, Object, RelationId};
use std::sync::Arc;

impl Catalog {
    pub(super) fn alter_table(&mut self, alter: &AlterTable) {
        let id = self.resolve(&alter.name, alter.kind);
        for command in &alter.commands {
            self.alter(id, &command.action);
            match &command.action {
                AlterAction::AddConstraint(new) => self.add_to_partitions(id, new, alter.only),
                AlterAction::AddColumn { column, .. } => {
                    for new in &column.constraints {
                        self.add_to_partitions(id, new, alter.only);
                    }
                }
                _ => {}
            }
            if !alter.only && is_inherited(&command.action) {
                for child in self.descendants(id) {
                    self.alter_child(id, child, &command.action);
                }
            }
        }
    }

    /// A subcommand on a table is one on each child; what it has added is shared with those that have nothing of that name.
    fn alter_child(&mut self, parent: RelationId, child: RelationId, action: &AlterAction) {
        match action {
            AlterAction::AddColumn { column, .. }
                if column.constraints.is_empty() && !column.has_sequence() =>
            {
                let added = self.get(parent).columns.get_shared(&column.name);
                if let (None, Some(added)) = (self.get(child).column(&column.name), added) {
                    self.put_column(child, added.clone());
                    return;
                }
            }
            AlterAction::AddConstraint(new) if matches!(new.kind, ConstraintKind::Check(_)) => {
                let constraints = &self.get(parent).constraints;
                let added = constraints.last().map(|added| added.name.as_str());
                let added = added.and_then(|name| constraints.get_shared(name));
                if let Some(added) = added.cloned()
                    && self.get(child).constraint(&added.name).is_none()
                {
                    self.put_constraint(child, added);
                    return;
                }
            }
            _ => {}
        }
        // Its keys are those of its parent, or none of its own.
        let own = action.without_keys();
        self.alter(child, own.as_ref().unwrap_or(action));
    }

    /// A key of a partitioned table is one of each partition too, with an index of its own.
    fn add_to_partitions(&mut self, id: RelationId, new: &crate::ir::Constraint, only: bool) {
        let index = self.get(id).constraints.last().and_then(|key| key.index);
        let (Some(index), false, true) = (index, only, new.kind.has_index()) else {
            return;
        };
        // Each hands it on to its own.
        let partitions = self.children(id).filter(|child| child.bound.is_some());
        for partition in partitions.map(|child| child.id).collect::<Vec<_>>() {
            self.copy_index(id, index, partition);
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
                if_not_exists,
            } if (*if_not_exists || self.guessed)
                && self.get(id).column(&column.name).is_some() => {}
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
                self.change_column(id, column, |known| {
                    known.ty = Some(ty.clone());
                    known.collation.clone_from(collation);
                });
            }
            AlterAction::SetDefault { column, default } => {
                let value = Some(default.clone()).filter(|default| !default.node.is_null());
                self.change_column(id, column, |known| known.default = value);
            }
            AlterAction::DropDefault { column } => {
                self.change_column(id, column, |known| known.default = None);
            }
            AlterAction::SetNotNull { column } => self.set_not_null(id, column, true),
            AlterAction::DropNotNull { column } => self.set_not_null(id, column, false),
            AlterAction::DropExpression { column, .. } => {
                self.change_column(id, column, |known| known.generated = None);
            }
            AlterAction::AddIdentity { column } => {
                self.change_column(id, column, |known| known.identity = true);
                self.own_sequence(id, column);
            }
            AlterAction::DropIdentity { column, .. } => {
                self.change_column(id, column, |known| known.identity = false);
                if let Some(sequence) = self.owned_sequence(id, column).map(|owned| owned.id) {
                    self.forget(sequence);
                }
            }
            AlterAction::SetExpression { column, expr } => {
                self.change_column(id, column, |known| {
                    if let Some(generated) = &mut known.generated {
                        generated.expr = expr.clone();
                    }
                });
            }
            AlterAction::AddConstraint(constraint) => self.add_constraint(id, constraint),
            AlterAction::ValidateConstraint { name } => self.validate(id, name),
            AlterAction::AlterConstraint {
                name,
                enforced,
                deferral,
                ..
            } => {
                let relation = self.get_mut(id);
                relation.constraints.change(name, |constraint| {
                    constraint.enforced = enforced.unwrap_or(constraint.enforced);
                    constraint.valid = enforced.unwrap_or(constraint.valid);
                    constraint.deferral = deferral.unwrap_or(constraint.deferral);
                });
            }
            AlterAction::DropConstraint { name, cascade, .. } => {
                self.drop_constraint(id, name, *cascade);
            }
            AlterAction::Inherit(parent) => {
                let parent = self.resolve(parent, RelationKind::Table);
                if self.may_be_child(id, parent) {
                    self.get_mut(id).parents.push(parent);
                    self.link(parent, Link::Child, id);
                }
            }
            AlterAction::NoInherit(parent) => self.no_inherit(id, parent),
            AlterAction::AttachPartition { partition, bound } => {
                self.attach_partition(id, partition, bound.as_ref());
            }
            AlterAction::DetachPartition { partition, .. } => self.detach_partition(partition),
            AlterAction::RenameTo(name) => self.rename(id, name),
            AlterAction::RenameColumn { from, to } => self.rename_column(id, from, to),
            AlterAction::RenameConstraint { from, to } => {
                let index = self.get(id).constraint(from).and_then(|known| known.index);
                let constraints = &mut self.get_mut(id).constraints;
                constraints.change(from, |constraint| constraint.name.clone_from(to));
                if let Some(index) = index {
                    self.rename(index, to);
                }
            }
            AlterAction::SetSchema(schema) => self.set_schema(id, schema),
            other => self.alter_property(id, other),
        }
    }

    fn attach_partition(
        &mut self,
        parent: RelationId,
        partition: &Name,
        bound: Option<&PartitionBound>,
    ) {
        let kind = self.get(parent).kind;
        let child = self.resolve(partition, kind);
        if !self.may_be_child(child, parent) {
            return;
        }
        self.get_mut(child).parents = vec![parent];
        self.set_bound(parent, child, bound);
        self.link(parent, Link::Child, child);
        if kind != RelationKind::Index {
            self.copy_indexes(parent, child);
        }
    }

    fn detach_partition(&mut self, partition: &Name) {
        let child = self.resolve(partition, RelationKind::Table);
        // The foreign keys that it had as a partition become its own (`DetachPartitionFinalize` in `src/backend/commands/tablecmds.c`).
        let own = |key: &&Constraint| self.get(child).constraint(&key.name).is_none();
        let keys: Vec<Constraint> = self.foreign_keys(child).filter(own).cloned().collect();
        for key in keys {
            if let Some(referenced) = key.references {
                self.link(referenced, Link::Key, child);
            }
            self.put_constraint(child, Arc::new(key));
        }
        let relation = self.get_mut(child);
        relation.parents.clear();
        relation.bound = None;
        let indexes: Vec<RelationId> = self.indexes(child).map(|index| index.id).collect();
        for index in indexes {
            self.get_mut(index).parents.clear();
        }
    }

    /// Owner, storage and kind.
    fn alter_property(&mut self, id: RelationId, action: &AlterAction) {
        match action {
            AlterAction::SequenceOptions(SequenceOptions { owned_by, .. }) => {
                let relation = self.get(id);
                let name = Name {
                    schema: relation.schema.clone(),
                    name: relation.name.clone(),
                };
                self.own(&name, owned_by.as_ref());
            }
            AlterAction::OwnerTo(role) => self.set_owner(id, Some(role)),
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
                self.link(ty, Link::Typed, id);
                self.get_mut(id).of_type = Some(ty);
            }
            AlterAction::Trigger { state, which } => {
                let disabled = *state == TriggerState::Disable;
                let meant = |at: &Attached| match which {
                    TriggerSet::Named(name) => at.name.as_ref() == Some(name),
                    _ => true,
                };
                let meant = |at: &Attached| at.kind == ObjectKind::Trigger && meant(at);
                let attached = &mut self.get_mut(id).attached;
                attached.change_all(meant, |at| at.disabled = disabled);
            }
            AlterAction::NotOf => self.get_mut(id).of_type = None,
            AlterAction::RowSecurity(security) => {
                let known = &mut self.get_mut(id).row_security;
                match security {
                    RowSecurity::Enable => known.enabled = true,
                    RowSecurity::Disable => known.enabled = false,
                    RowSecurity::Force => known.forced = true,
                    RowSecurity::NoForce => known.forced = false,
                }
            }
            AlterAction::ReplicaIdentity(identity) => {
                self.get_mut(id).replica_identity = identity.clone();
            }
            _ => {}
        }
    }

    /// Changes a column, which is put there without a type where it was not known before.
    pub(super) fn change_column(
        &mut self,
        id: RelationId,
        name: &str,
        change: impl FnOnce(&mut Column),
    ) {
        if self.get(id).column(name).is_none() {
            let column = Column {
                name: name.to_owned(),
                ty: None,
                collation: None,
                not_null: false,
                default: None,
                generated: None,
                identity: false,
                created: None,
            };
            self.put_column(id, Arc::new(column));
        }
        if let Some(column) = self.get_mut(id).columns.change(name, change) {
            self.note_column(id, &column);
        }
    }

    pub(super) fn set_not_null(&mut self, id: RelationId, column: &str, not_null: bool) {
        self.change_column(id, column, |known| known.not_null = not_null);
        if !not_null {
            self.get_mut(id).constraints.retain(|constraint| {
                !matches!(&constraint.kind, ConstraintKind::NotNull { column: name } if name == column)
            });
        }
    }

    fn validate(&mut self, id: RelationId, name: &str) {
        let constraints = &mut self.get_mut(id).constraints;
        constraints.change(name, |constraint| constraint.valid = true);
        if let Some(column) = self.not_null_column(id, name) {
            self.set_not_null(id, &column, true);
        }
    }

    fn drop_constraint(&mut self, id: RelationId, name: &str, cascade: bool) {
        let Some(constraint) = self.get(id).constraint(name) else {
            if let Some(column) = self.unnamed_not_null(id, name) {
                self.set_not_null(id, &column, false);
            }
            return;
        };
        let (kind, index) = (constraint.kind.clone(), constraint.index);
        if let Some(index) = index {
            self.note_gone(index);
        }
        let reach = self.reach(vec![Object::Constraint(id, name.to_owned())], cascade);
        self.drop_reached(&reach);
        if let ConstraintKind::NotNull { column } = kind {
            self.set_not_null(id, &column, false);
        }
    }

    /// The column whose NOT NULL has this name without anybody having said so (PostgreSQL 18).
    fn unnamed_not_null(&self, id: RelationId, name: &str) -> Option<String> {
        let relation = self.get(id);
        let mut columns = relation.columns.iter().filter(|column| column.not_null);
        let named =
            |column: &&Column| object_name(&relation.name, &column.name, "not_null") == name;
        columns.find(named).map(|column| column.name.clone())
    }

    /// Gives a relation another name in its schema.
    pub(super) fn rename(&mut self, id: RelationId, name: &str) {
        self.note_gone(id);
        let schema = self.unname(id);
        let relation = self.get_mut(id);
        name.clone_into(&mut relation.name);
        let table = relation.table;
        self.give_name(id, &schema, name);
        // A constraint and its index have one name (`RenameRelationInternal` in `src/backend/commands/tablecmds.c`).
        let on = table.and_then(|table| self.constraint_on(table, id).map(|on| (table, on)));
        if let Some((table, old)) = on.map(|(table, on)| (table, on.name.clone())) {
            let constraints = &mut self.get_mut(table).constraints;
            constraints.change(&old, |constraint| name.clone_into(&mut constraint.name));
        }
    }

    pub(super) fn set_schema(&mut self, id: RelationId, schema: &str) {
        self.note_gone(id);
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
        if self.is_sure(self.get(id)) {
            self.note_gone(id);
        }
        let relation = &self.relations[id.0 as usize];
        let schema = relation.schema.clone();
        let name = &relation.name;
        let alone =
            matches!(self.names.get(name).map(Vec::as_slice), Some([(_, only)]) if *only == id);
        if alone {
            self.names.remove(name);
        } else if let Some(namesakes) = self.names.get_mut(name) {
            namesakes.retain(|(_, other)| *other != id);
        }
        schema.unwrap_or_else(|| "public".to_owned())
    }

    fn rename_column(&mut self, id: RelationId, from: &str, to: &str) {
        // A server refuses a name that is taken.
        if self.get(id).column(to).is_some() {
            return;
        }
        let sequence = self.owned_sequence(id, from).map(|owned| owned.id);
        if let Some(sequence) = sequence {
            self.get_mut(sequence).column = Some(to.to_owned());
        }
        self.change_column(id, from, |column| to.clone_into(&mut column.name));
        let about = |constraint: &Constraint| constraint.is_about(from);
        let constraints = &mut self.get_mut(id).constraints;
        constraints.change_all(about, |constraint| constraint.kind.rename_column(from, to));
        self.rename_in_views(id, from, to);
        for index in self.indexes_on(id, from) {
            if let Some(definition) = &mut self.get_mut(index).definition {
                Arc::make_mut(definition).rename_column(from, to);
            }
        }
    }

    /// Views follow a column to its new name.
    fn rename_in_views(&mut self, id: RelationId, from: &str, to: &str) {
        let needs = |need: &(RelationId, String)| need.0 == id && need.1 == from;
        let views = self.linked(id, Link::Reader);
        let views = views.filter(|view| view.needs.iter().any(needs));
        for view in views.map(|view| view.id).collect::<Vec<_>>() {
            let view = self.get_mut(view);
            let mut all = view.needs.to_vec();
            for need in all.iter_mut().filter(|need| needs(need)) {
                to.clone_into(&mut need.1);
            }
            view.needs = all.into();
        }
    }

    /// Takes a relation out of the catalog.
    pub(in crate::schema) fn forget(&mut self, id: RelationId) {
        self.unname(id);
        self.unlink(id);
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
