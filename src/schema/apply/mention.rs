//! Names that a statement mentions: what was never seen is noted, as something that was there before the history that is known.

use crate::ir::{
    Action, AlterAction, AlterTable, CodeStep, ColumnDef, Constraint, ConstraintKind, CreateTable,
    Dml, Drop, Expr, Name, ObjectKind, ReindexTarget, RelationKind, SequenceOptions, SequenceUse,
};
use crate::schema::{Catalog, RelationId, sequence_name};
use RelationKind::{CompositeType, Index, MaterializedView, Sequence, Table};

impl Catalog {
    /// Notes every relation that a statement mentions and that is not known yet, and returns them. `apply` then finds all of them.
    pub fn note(&mut self, action: &Action) -> Vec<RelationId> {
        let before = self.relations.len();
        self.note_names(action);
        self.relations[before..].iter().map(|one| one.id).collect()
    }

    /// The relation of this name, noted if it is not known yet.
    pub fn note_name(&mut self, name: &Name, kind: RelationKind) -> RelationId {
        self.resolve(name, kind)
    }

    fn note_names(&mut self, action: &Action) {
        match action {
            Action::AlterTable(alter) => self.note_alter(alter),
            Action::CreateTable(create) => self.note_create_table(create),
            Action::CreateTableAs(create) => self.note_all(&create.reads, Table),
            Action::CreateView(view) => self.note_all(&view.reads, Table),
            Action::CreateIndex(create) => self.note_one(&create.table, Table),
            Action::AlterOn { table, .. } | Action::Cluster { table: Some(table) } => {
                self.note_one(table, Table);
            }
            Action::Drop(drop) => self.note_drop(drop),
            Action::Truncate { tables, .. }
            | Action::LockTable { tables, .. }
            | Action::Vacuum { tables, .. }
            | Action::Analyze { tables, .. } => self.note_all(tables, Table),
            Action::Publication(publication) => self.note_all(&publication.tables, Table),
            Action::Grant { relations, .. } => self.note_all(relations, Table),
            Action::Reindex {
                target,
                name: Some(name),
                ..
            } => match target {
                ReindexTarget::Table => self.note_one(name, Table),
                ReindexTarget::Index => self.note_one(name, Index),
                ReindexTarget::Schema | ReindexTarget::Database | ReindexTarget::System => {}
            },
            Action::Refresh { view, .. } => self.note_one(view, MaterializedView),
            Action::CreateOn {
                table, from, uses, ..
            } => {
                self.note_one(table, Table);
                let others = from.iter().chain(&uses.reads).chain(&uses.writes);
                self.note_all(others, Table);
            }
            Action::AlterComposite { name } => self.note_one(name, CompositeType),
            Action::CreateSequence {
                owned_by: Some((table, _)),
                ..
            } => self.note_one(table, Table),
            Action::Comment { kind, on: Some(on) } => self.note_comment(*kind, on),
            Action::Dml(dml) | Action::Prepare { statement: dml, .. } => self.note_dml(dml),
            // What a function in SQL names is looked up when it is made.
            Action::CreateRoutine(create) if create.language == "sql" => {
                self.note_steps(&create.code.steps);
            }
            Action::Copy { table, reads, .. } => self.note_all(reads.iter().chain(table), Table),
            _ => {}
        }
    }

    fn note_one(&mut self, name: &Name, kind: RelationKind) {
        self.resolve(name, kind);
    }

    /// What IF EXISTS names for the first time may not be there.
    fn resolve_perhaps(&mut self, name: &Name, kind: RelationKind, perhaps: bool) -> RelationId {
        let new = perhaps && self.find(name).is_none();
        let id = self.resolve(name, kind);
        if new {
            self.doubt(id);
        }
        id
    }

    fn note_all<'n>(&mut self, names: impl IntoIterator<Item = &'n Name>, kind: RelationKind) {
        for name in names {
            self.note_one(name, kind);
        }
    }

    fn note_steps(&mut self, steps: &[CodeStep]) {
        for step in steps {
            if let Action::Dml(dml) = &step.action {
                self.note_dml(dml);
            }
        }
    }

    /// Whether IF EXISTS passes over this name: nothing is there, and nothing can be.
    fn is_surely_missing(&self, name: &Name) -> bool {
        self.find(name).is_none() && !self.may_hide(name)
    }

    fn note_alter(&mut self, alter: &AlterTable) {
        if alter.if_exists && self.is_surely_missing(&alter.name) {
            return;
        }
        let id = self.resolve_perhaps(&alter.name, alter.kind, alter.if_exists);
        let kind = self.get(id).kind;
        for command in &alter.commands {
            match &command.action {
                AlterAction::AddColumn { column, .. } => self.note_new_column(column),
                AlterAction::AddConstraint(new) => self.note_references(new, None),
                AlterAction::AttachPartition { partition, .. } => self.note_one(partition, kind),
                AlterAction::DetachPartition {
                    partition: table, ..
                }
                | AlterAction::Inherit(table)
                | AlterAction::NoInherit(table)
                | AlterAction::SequenceOptions(SequenceOptions {
                    owned_by: Some((table, _)),
                    ..
                }) => self.note_one(table, Table),
                AlterAction::OfType(ty) => self.note_one(ty, CompositeType),
                _ => {}
            }
        }
    }

    fn note_new_column(&mut self, column: &ColumnDef) {
        for new in &column.constraints {
            self.note_references(new, None);
        }
        if let Some(default) = &column.default {
            self.note_sequences(default);
        }
    }

    fn note_sequences(&mut self, default: &Expr) {
        let mut names = Vec::new();
        default
            .node
            .walk(&mut |node| names.extend(sequence_name(node)));
        self.note_all(&names, Sequence);
    }

    /// The table that a foreign key refers to, unless that is the one which is made.
    fn note_references(&mut self, new: &Constraint, made: Option<&Name>) {
        if let ConstraintKind::ForeignKey { references, .. } = &new.kind
            && Some(references) != made
        {
            self.note_one(references, Table);
        }
    }

    fn note_create_table(&mut self, create: &CreateTable) {
        if create.if_not_exists && self.find(&create.name).is_some() {
            return;
        }
        let own = create.columns.iter().flat_map(|column| &column.constraints);
        for new in create.constraints.iter().chain(own) {
            self.note_references(new, Some(&create.name));
        }
        self.note_all(&create.inherits, Table);
        self.note_all(&create.of_type, CompositeType);
        self.note_all(create.like.iter().map(|like| &like.source), Table);
        self.note_all(create.partition_of.iter().map(|(parent, _)| parent), Table);
    }

    fn note_drop(&mut self, drop: &Drop) {
        if let Some(table) = &drop.on {
            if !(drop.if_exists && self.is_surely_missing(table)) {
                self.note_one(table, Table);
            }
        } else if let ObjectKind::Relation(kind) = drop.kind {
            for name in &drop.names {
                // Nothing to lock where the history made everything and this was not in it.
                if !(drop.if_exists && self.is_surely_missing(name)) {
                    self.resolve_perhaps(name, kind, drop.if_exists);
                }
            }
        }
    }

    fn note_comment(&mut self, kind: ObjectKind, on: &Name) {
        match kind {
            ObjectKind::Relation(kind) => self.note_one(on, kind),
            ObjectKind::Column
            | ObjectKind::Constraint
            | ObjectKind::Trigger
            | ObjectKind::Rule
            | ObjectKind::Policy => self.note_one(on, Table),
            _ => {}
        }
    }

    fn note_dml(&mut self, dml: &Dml) {
        let reads = dml.reads.iter().filter(|name| !name.is_system());
        self.note_all(reads, Table);
        for used in &dml.sequences {
            match used {
                SequenceUse::Named(name) => self.note_one(name, Sequence),
                SequenceUse::OfColumn(table, _) => self.note_one(table, Table),
            }
        }
        let written = dml.writes.iter().map(|(_, name)| name).chain(&dml.target);
        self.note_all(written, Table);
    }
}
