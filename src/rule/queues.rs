//! Locks that are held for a moment only, and behind which others queue up while they are waited for.

use super::Context;
use crate::effects::{Age, Effect};
use crate::ir::{Action, AlterAction, ObjectKind, RelationKind};
use crate::schema::Relation;
use std::sync::Arc;

impl Effect {
    /// Whether it waits for whoever uses the table, and whoever comes then waits for it.
    #[must_use]
    pub fn makes_a_queue(&self) -> bool {
        self.age == Age::Earlier
            && self.kind.is_queried()
            && self.under.is_none()
            && self.lock.blocks().has_everyday()
            && self.blocks.has_everyday()
    }

    /// Whether it locks an index that every query of its table opens to plan.
    ///
    /// Source: `get_relation_info` in `src/backend/optimizer/util/plancat.c`.
    #[must_use]
    pub fn keeps_from_planning(&self) -> bool {
        self.age == Age::Earlier
            && self.kind == RelationKind::Index
            && self.under.is_none()
            && self.lock.blocks_reads()
    }

    /// Whether the relation is in use all the time.
    #[must_use]
    pub fn is_hot(&self) -> bool {
        self.size().is_some_and(|size| size.hot)
    }
}

impl<'a> Context<'a> {
    /// What of the statement makes others queue up: tables and views, and where it locks none an index without which nobody plans.
    #[must_use]
    pub fn makes_queues(&self) -> Vec<&'a Arc<Effect>> {
        let effects = self.step.effects.iter();
        let tables: Vec<_> = effects.filter(|effect| effect.makes_a_queue()).collect();
        if !tables.is_empty() {
            return tables;
        }
        let effects = self.step.effects.iter();
        let indexes = effects.filter(|effect| effect.keeps_from_planning());
        indexes.collect()
    }

    /// Whether the statement has a form that would do the same CONCURRENTLY: DROP INDEX, but not of a partitioned table, and DETACH PARTITION, but not beside a default
    /// partition.
    ///
    /// Source: PostgreSQL documentation, DROP INDEX and ALTER TABLE.
    #[must_use]
    pub fn could_be_concurrent(&self) -> bool {
        let relation = |name| self.catalog.find(name);
        match &self.statement.action {
            Action::Drop(drop) => {
                let of_partitioned = |index: &Relation| {
                    let table = index.table.map(|table| self.catalog.get(table));
                    table.is_some_and(|table| table.partitioned)
                };
                drop.kind == ObjectKind::Relation(RelationKind::Index)
                    && !drop.concurrently
                    && !drop.names.iter().filter_map(relation).any(of_partitioned)
            }
            Action::AlterTable(alter) => {
                let plain = |action: &AlterAction| {
                    matches!(
                        action,
                        AlterAction::DetachPartition {
                            concurrently: false,
                            finalize: false,
                            ..
                        }
                    )
                };
                alter.commands.iter().any(|command| plain(&command.action))
                    && relation(&alter.name).is_none_or(|it| it.default_partition.is_none())
            }
            _ => false,
        }
    }
}
