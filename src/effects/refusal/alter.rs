//! ALTER TABLE and its relatives, subcommand by subcommand.

use super::altering::Altering;
use super::refused::{Mend, Refusal};
use super::scene::Scene;
use super::{column, column_type, constraint, partition, words};
use crate::ir::{AlterAction, AlterTable, Name, RelationKind};
use crate::postgres::Change;

pub(super) fn alter(scene: Scene<'_>, statement: &AlterTable) -> Vec<Refusal> {
    let Some(relation) = scene.catalog.find_sure(&statement.name) else {
        let gone = scene.gone(&statement.name, "relation", "42P01");
        return gone.filter(|_| !statement.if_exists).into_iter().collect();
    };
    if relation.created.is_some() && !fits(statement.kind, relation.kind) {
        let message = format!(
            "\"{}\" is not {}",
            relation.name,
            words::a_kind(statement.kind)
        );
        return vec![Refusal::new("42809", message, Mend::OtherKind).on(relation.id)];
    }
    let commands = statement.commands.iter().enumerate();
    let refused = commands.filter_map(|(at, command)| {
        let altering = Altering {
            scene,
            relation,
            statement,
            at,
        };
        let refusal = altering.refused(&command.action)?;
        Some(Refusal {
            command: at,
            relation: Some(relation.id),
            ..refusal
        })
    });
    refused.collect()
}

/// Whether a statement that is written for one kind is for the other: ALTER TABLE is for all.
fn fits(written: RelationKind, kind: RelationKind) -> bool {
    written == RelationKind::Table || written == kind
}

impl<'a> Altering<'a> {
    fn refused(self, action: &'a AlterAction) -> Option<Refusal> {
        if let Some(refusal) = self.wrong_kind(action) {
            return Some(refusal);
        }
        match action {
            AlterAction::AddColumn {
                column,
                if_not_exists,
            } => column::add(self, column, *if_not_exists),
            AlterAction::DropColumn {
                column,
                if_exists,
                cascade,
            } => column::drop(self, column, *if_exists, *cascade),
            AlterAction::RenameColumn { from, to } => column::rename(self, from, to),
            AlterAction::AlterColumnType {
                column, ty, using, ..
            } => column_type::change(self, column, ty, using.is_some()),
            AlterAction::AddConstraint(new) => constraint::add(self, new),
            AlterAction::DropConstraint {
                name,
                if_exists,
                cascade,
            } => constraint::drop(self, name, *if_exists, *cascade),
            AlterAction::ValidateConstraint { name }
            | AlterAction::AlterConstraint { name, .. } => {
                constraint::missing(self, name, "of relation")
            }
            AlterAction::RenameConstraint { from, to } => constraint::rename(self, from, to),
            AlterAction::RenameTo(name) => self.taken(self.relation.schema.as_ref(), name),
            AlterAction::SetSchema(schema) => self.taken(Some(schema), &self.relation.name),
            AlterAction::AttachPartition {
                partition,
                bound: Some(bound),
            } => partition::attach(self, partition, bound),
            AlterAction::DetachPartition {
                partition,
                concurrently,
                finalize,
            } => partition::detach(self, partition, *concurrently && !finalize),
            other => column::alter(self, other),
        }
    }

    /// What is done to columns and constraints is done to tables.
    fn wrong_kind(self, action: &AlterAction) -> Option<Refusal> {
        let kind = self.relation.kind;
        let words = match action {
            AlterAction::AddColumn { .. } => "ADD COLUMN",
            AlterAction::DropColumn { .. } => "DROP COLUMN",
            AlterAction::AlterColumnType { .. } => "ALTER COLUMN ... SET DATA TYPE",
            AlterAction::SetNotNull { .. } => "ALTER COLUMN ... SET NOT NULL",
            AlterAction::AddConstraint(_) => "ADD CONSTRAINT",
            _ => return None,
        };
        let holds_rows = matches!(
            kind,
            RelationKind::Table | RelationKind::ForeignTable | RelationKind::CompositeType
        );
        if holds_rows || self.relation.created.is_none() {
            return None;
        }
        let name = &self.relation.name;
        let message = if self.scene.version.has(Change::WrongKindNamesAction) {
            format!("ALTER action {words} cannot be performed on relation \"{name}\"")
        } else {
            format!("\"{name}\" is not a table, composite type, or foreign table")
        };
        let plural = format!("{}s", words::kind(kind)).replace("indexs", "indexes");
        let detail = format!("this operation is not supported for {plural}");
        Some(Refusal::new("42809", message, Mend::OtherKind).detail(detail))
    }

    /// A relation of this name is there already.
    fn taken(self, schema: Option<&String>, name: &str) -> Option<Refusal> {
        let wanted = Name {
            schema: Some(schema?.clone()),
            name: name.to_owned(),
        };
        let taken = self.scene.made(&wanted)?;
        let message = if self
            .statement
            .commands
            .iter()
            .any(|one| matches!(one.action, AlterAction::SetSchema(_)))
        {
            format!(
                "relation \"{name}\" already exists in schema \"{}\"",
                schema?
            )
        } else {
            format!("relation \"{name}\" already exists")
        };
        (taken.id != self.relation.id)
            .then(|| Refusal::new("42P07", message, Mend::Exists).about(name))
    }
}
