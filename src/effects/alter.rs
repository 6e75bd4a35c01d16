//! ALTER TABLE and its relatives: the lock of each subcommand, and the work that it does under it.

use super::touch::Touches;
use super::{
    Certainty, Reason, Work, column, column_type, constraint, inherited_constraint, locks,
    partition, storage,
};
use crate::ir::{
    AlterAction, AlterTable, Constraint, ConstraintKind, ObjectKind, ReplicaIdentity,
    SequenceOptions, TriggerSet,
};
use crate::postgres::Change;
use crate::postgres::LockMode::{self, AccessExclusive};
use crate::schema::{Object, RelationId};
use std::borrow::Cow;

/// What an ALTER of a relation does, subcommand by subcommand.
pub(super) fn alter(touches: &mut Touches<'_>, statement: &AlterTable) {
    // IF EXISTS passes over what is not there.
    let Some(id) = touches.find(&statement.name) else {
        return;
    };
    let kind = touches.catalog.get(id).kind;
    touches.dropping = dropped_constraints(statement);
    touches.going = dropped_indexes(touches, id, statement);
    touches.adding = empty_columns(touches, statement);
    let lock_of = |action: &AlterAction| locks::of_subcommand(statement.kind, kind, action);
    let all = statement.commands.iter();
    let strongest = all.map(|command| lock_of(&command.action)).max();
    for (at, command) in statement.commands.iter().enumerate() {
        touches.command = at;
        let lock = lock_of(&command.action);
        touches.lock(id, lock);
        // Whatever else is locked by a subcommand is locked as the table is.
        let lock = strongest.unwrap_or(lock);
        let action = validated_at_once(statement, &command.action);
        subcommand(touches, id, &action, lock);
        if reaches_children(touches, id, &action, statement.only) {
            recurse(touches, id, &action, lock);
        } else if statement.only {
            only(touches, id, &action, lock);
        }
    }
    touches.command = 0;
    recheck(touches);
}

/// Keys on columns whose type stays as it is are checked all the same where another subcommand rewrites their table.
///
/// Source: `ATPostAlterTypeParse` in `src/backend/commands/tablecmds.c`.
fn recheck(touches: &mut Touches<'_>) {
    for (table, other, lock) in std::mem::take(&mut touches.reused) {
        let mut parts = touches.list.iter();
        if parts.any(|(id, part)| *id == table && part.work == Work::Rewrite) {
            touches.work(other, lock, Work::Scan, Reason::ForeignKey);
        }
    }
}

/// A subcommand on a table is one on its partitions and, most of them, on its inheritance children.
fn recurse(touches: &mut Touches<'_>, id: RelationId, action: &AlterAction, lock: LockMode) {
    let mut spared: Vec<RelationId> = Vec::new();
    for child in touches.catalog.descendants(id) {
        let partition = touches.catalog.get(child).bound.is_some();
        if spared.contains(&child) {
            if touches.version.has(Change::ConstraintsLockChildren) {
                touches.lock(child, lock);
            }
            continue;
        }
        match action {
            AlterAction::AddConstraint(new) if new.kind.has_index() => {
                inherited_constraint::key_of_child(touches, id, child, new);
                continue;
            }
            AlterAction::AddConstraint(new)
                if partition && inherited_constraint::takes_over(touches, child, &new.kind) =>
            {
                touches.lock(child, lock);
                spared.extend(touches.catalog.descendants(child));
                continue;
            }
            AlterAction::AddConstraint(new) if !goes_down(new, partition) => {
                if touches.version.has(Change::ConstraintsLockChildren) {
                    touches.lock(child, lock);
                }
                continue;
            }
            AlterAction::Trigger { .. } if !partition => continue,
            AlterAction::AlterConstraint { inherit, .. } if !partition && !inherit => continue,
            _ => {}
        }
        touches.lock(child, lock);
        let own = action.without_keys().filter(|_| !partition);
        subcommand(touches, child, own.as_ref().unwrap_or(action), lock);
        if let AlterAction::AlterConstraint {
            name,
            inherit: true,
            ..
        } = action
            && let Some(column) = touches.catalog.not_null_column(id, name)
        {
            constraint::set_not_null(touches, child, &column);
        }
    }
}

/// Whether a child gets a new constraint of its parent too: a foreign key only where it is a partition.
fn goes_down(new: &Constraint, partition: bool) -> bool {
    !new.no_inherit && (partition || !matches!(new.kind, ConstraintKind::ForeignKey { .. }))
}

/// Whether a subcommand goes on to the children, seen from what the table is like.
fn reaches_children(
    touches: &Touches<'_>,
    id: RelationId,
    action: &AlterAction,
    only: bool,
) -> bool {
    let relation = touches.catalog.get(id);
    let constraints = touches.version.has(Change::NotNullIsConstraint);
    let not_null = |column: &str| {
        let known = relation.column(column);
        known.is_none_or(|column| column.not_null)
    };
    match action {
        // What is no constraint is not there to be dropped from the children.
        AlterAction::DropNotNull { column } if constraints && !not_null(column) => false,
        AlterAction::SetNotNull { column }
            if (constraints || relation.partitioned)
                && relation
                    .column(column)
                    .is_some_and(|column| column.not_null) =>
        {
            false
        }
        AlterAction::AddIdentity { .. }
        | AlterAction::SetIdentity { .. }
        | AlterAction::DropIdentity { .. } => {
            !only && relation.partitioned && touches.version.has(Change::IdentityRecurses)
        }
        // Trigger by trigger: those of each row that the partitions have too.
        AlterAction::Trigger { which, .. } => {
            let user = relation.attached.iter().any(|at| {
                let named = match which {
                    TriggerSet::Named(name) => at.name.as_ref() == Some(name),
                    _ => true,
                };
                at.kind == ObjectKind::Trigger && named
            });
            let keys = *which == TriggerSet::All
                && touches.version.has(Change::ForeignKeyTriggersRecurse)
                && relation.constraints.iter().any(|c| c.references.is_some());
            !only && (user || keys || !relation.complete)
        }
        // What is valid is not looked at again.
        AlterAction::ValidateConstraint { name }
            if relation.constraint(name).is_some_and(|known| known.valid) =>
        {
            false
        }
        // Keys are no matter of what inherits.
        AlterAction::DropConstraint { name, .. } if !relation.partitioned => {
            let checks = |kind: &ConstraintKind| {
                matches!(
                    kind,
                    ConstraintKind::Check(_) | ConstraintKind::NotNull { .. }
                )
            };
            let known = relation.constraint(name);
            !only && known.is_none_or(|known| checks(&known.kind))
        }
        other => !only && locks::recurses(other),
    }
}

/// ONLY leaves the children what they have, but they must be told that it is theirs alone now.
///
/// Source: `ATExecDropColumn` and `dropconstraint_internal` in `src/backend/commands/tablecmds.c`.
fn only(touches: &mut Touches<'_>, id: RelationId, action: &AlterAction, lock: LockMode) {
    let told = match action {
        AlterAction::DropColumn { .. } => true,
        AlterAction::DropConstraint { name, .. } => {
            let constraint = touches.catalog.get(id).constraint(name);
            constraint.is_some_and(|constraint| {
                matches!(
                    constraint.kind,
                    ConstraintKind::Check(_) | ConstraintKind::NotNull { .. }
                )
            })
        }
        _ => false,
    };
    let children = touches.catalog.descendants(id);
    for child in children {
        if told && touches.catalog.get(child).parents.contains(&id) {
            touches.lock(child, lock);
        }
    }
}

/// The constraints that a statement drops: that comes first, wherever it is written.
fn dropped_constraints(statement: &AlterTable) -> Vec<String> {
    let commands = statement.commands.iter();
    let dropped = commands.filter_map(|command| match &command.action {
        AlterAction::DropConstraint { name, .. } => Some(name.clone()),
        _ => None,
    });
    dropped.collect()
}

/// The indexes that go with constraints and columns which a statement drops: that comes first too, so that none of them is built anew.
fn dropped_indexes(
    touches: &Touches<'_>,
    id: RelationId,
    statement: &AlterTable,
) -> Vec<RelationId> {
    let drops = |action: &AlterAction| {
        matches!(
            action,
            AlterAction::DropConstraint { .. } | AlterAction::DropColumn { .. }
        )
    };
    // Most statements drop nothing: then no partition is looked at.
    if !statement
        .commands
        .iter()
        .any(|command| drops(&command.action))
    {
        return Vec::new();
    }
    let mut objects = Vec::new();
    for table in touches.with_partitions(Some(id)) {
        for command in &statement.commands {
            match &command.action {
                AlterAction::DropConstraint { name, .. } => {
                    objects.push(Object::Constraint(table, name.clone()));
                }
                AlterAction::DropColumn { column, .. } => {
                    objects.push(Object::Column(table, column.clone()));
                }
                _ => {}
            }
        }
    }
    if objects.is_empty() {
        return Vec::new();
    }
    let reach = touches.catalog.reach(objects, false);
    let dropped = reach.objects.into_iter().filter_map(|object| match object {
        Object::Relation(id) => Some(id),
        _ => None,
    });
    dropped.collect()
}

/// The columns that a statement adds and gives no value.
fn empty_columns(touches: &Touches<'_>, statement: &AlterTable) -> Vec<String> {
    let commands = statement.commands.iter();
    let added = commands.filter_map(|command| match &command.action {
        AlterAction::AddColumn { column, .. } if !column::has_value(touches, column) => {
            Some(column.name.clone())
        }
        _ => None,
    });
    added.collect()
}

/// NOT VALID counts for nothing where the same statement validates.
fn validated_at_once<'a>(statement: &AlterTable, action: &'a AlterAction) -> Cow<'a, AlterAction> {
    let AlterAction::AddConstraint(new) = action else {
        return Cow::Borrowed(action);
    };
    let validates = |other: &AlterAction| match other {
        AlterAction::ValidateConstraint { name } => new.name.as_ref() == Some(name),
        _ => false,
    };
    let mut others = statement.commands.iter();
    if !new.not_valid || !others.any(|command| validates(&command.action)) {
        return Cow::Borrowed(action);
    }
    let mut checked = new.clone();
    checked.not_valid = false;
    Cow::Owned(AlterAction::AddConstraint(checked))
}

fn subcommand(touches: &mut Touches<'_>, id: RelationId, action: &AlterAction, lock: LockMode) {
    match action {
        AlterAction::AddColumn {
            column,
            if_not_exists,
        } => {
            let exists = touches.catalog.get(id).column(&column.name).is_some();
            if !(*if_not_exists && exists) {
                column::add(touches, id, column);
            }
        }
        AlterAction::DropColumn {
            column, cascade, ..
        } => column::drop(touches, id, column, *cascade),
        AlterAction::AlterColumnType {
            column,
            ty,
            collation,
            using,
        } => column_type::change(touches, id, column, ty, collation.as_ref(), using.as_ref()),
        AlterAction::SetNotNull { column } => constraint::set_not_null(touches, id, column),
        AlterAction::SetExpression { column, .. } => {
            let stored = touches
                .catalog
                .get(id)
                .column(column)
                .and_then(|column| column.generated.as_ref())
                .is_none_or(|generated| generated.stored);
            if stored {
                touches.rewrite(id, Reason::ColumnDefault, Certainty::Known, None);
            } else if touches
                .catalog
                .get(id)
                .column(column)
                .is_some_and(|column| column.not_null)
            {
                touches.work(id, AccessExclusive, Work::Scan, Reason::NotNull);
            }
        }
        AlterAction::AddConstraint(new) => constraint::add(touches, id, new),
        AlterAction::ValidateConstraint { name } => constraint::validate(touches, id, name),
        AlterAction::DropConstraint { name, cascade, .. } => {
            constraint::drop(touches, id, name, *cascade);
        }
        AlterAction::AlterConstraint {
            name,
            enforced: Some(true),
            ..
        } => constraint::enforce(touches, id, name),
        AlterAction::SetLogged
        | AlterAction::SetUnlogged
        | AlterAction::SetAccessMethod(_)
        | AlterAction::SetTablespace(_) => storage::alter(touches, id, action),
        AlterAction::AttachPartition { partition, bound } => {
            partition::attach(touches, id, partition, bound.as_ref());
        }
        AlterAction::DetachPartition { partition, .. } => {
            partition::detach(touches, id, partition);
        }
        other => related(touches, id, other, lock),
    }
}

/// Subcommands that do nothing but lock what belongs to the relation: its indexes, its sequences, its parents.
fn related(touches: &mut Touches<'_>, id: RelationId, action: &AlterAction, lock: LockMode) {
    match action {
        AlterAction::OwnerTo(role) => {
            let relation = touches.catalog.get(id);
            // Who runs the migrations owns what they make.
            let own = ["current_user", "current_role", "session_user"].contains(&role.as_str());
            let same = match &relation.owner {
                Some(owner) => owner == role,
                None => own && relation.created.is_some(),
            };
            if same {
                return;
            }
            for other in [touches.indexes(id), touches.sequences(id)].concat() {
                touches.lock(other, AccessExclusive);
            }
        }
        AlterAction::ReplicaIdentity(ReplicaIdentity::Index(index)) => {
            if let Some(index) = touches
                .indexes(id)
                .into_iter()
                .find(|at| touches.catalog.get(*at).name == *index)
            {
                touches.lock(index, LockMode::Share);
            }
        }
        AlterAction::SequenceOptions(SequenceOptions {
            owned_by: Some((table, _)),
            ..
        }) => {
            touches.named(table, LockMode::AccessShare);
        }
        AlterAction::OfType(name) => {
            touches.named(name, LockMode::AccessShare);
        }
        AlterAction::SetSchema(_) => {
            for sequence in touches.sequences(id) {
                touches.lock(sequence, AccessExclusive);
            }
        }
        AlterAction::SetIdentity { column, .. } => {
            let sequence = touches.catalog.owned_sequence(id, column);
            if let Some(sequence) = sequence.map(|sequence| sequence.id) {
                touches.lock(sequence, LockMode::ShareRowExclusive);
            }
        }
        AlterAction::RenameConstraint { from, .. } => {
            let constraint = touches.catalog.get(id).constraint(from);
            if let Some(index) = constraint.and_then(|constraint| constraint.index) {
                touches.lock(index, LockMode::ShareUpdateExclusive);
            }
        }
        AlterAction::AlterConstraint {
            name,
            enforced: Some(false),
            ..
        } => constraint::unenforce(touches, id, name),
        AlterAction::DropIdentity { column, .. } => {
            let known = touches.catalog.get(id).column(column);
            let identity = known.is_none_or(|column| column.identity);
            let sequence = touches.catalog.owned_sequence(id, column);
            if let Some(sequence) = sequence.map(|sequence| sequence.id).filter(|_| identity) {
                touches.lock(sequence, AccessExclusive);
            }
        }
        AlterAction::ClusterOn { index } => {
            if let Some(index) = touches
                .indexes(id)
                .into_iter()
                .find(|at| touches.catalog.get(*at).name == *index)
            {
                touches.lock(index, lock);
            }
        }
        AlterAction::Inherit(parent) => {
            touches.named(parent, LockMode::ShareUpdateExclusive);
        }
        AlterAction::NoInherit(parent) => {
            touches.named(parent, LockMode::AccessShare);
        }
        _ => {}
    }
}
