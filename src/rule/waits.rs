//! Work that others wait for, a finding a subcommand: what all rules about such work have in common, which differ in the work and the remedy.

use super::{Blocking, Context, effects};
use crate::effects::{Effect, Held, Reason};
use crate::finding::{Finding, Remedy};
use crate::ir::{Action, AlterAction, DmlKind, PartitionBound};
use crate::postgres::{Access, Accesses};

impl<'a> Context<'a> {
    /// A finding for each subcommand whose work others wait for, where the rule knows a remedy for the strongest kind of it. Whoever speaks of that speaks of
    /// all the subcommand's work.
    pub fn waits(&self, remedy: impl Fn(&Blocking<'a>) -> Option<Remedy>) -> Vec<Finding> {
        let all = self.blocking_by_command();
        let found = all.filter_map(|work| {
            let chief = strongest(work)?;
            Some(self.wait(chief, work, remedy(chief)?))
        });
        found.collect()
    }

    fn wait(&self, chief: &Blocking<'a>, work: &[Blocking<'a>], remedy: Remedy) -> Finding {
        let target = self.target(chief);
        let (who, name) = (who(target.waiting()), table(target));
        let done = self.done(chief);
        let lock = chief.lock.sql_name();
        let held = match chief.effect.under {
            Some(under) if under.lock > chief.effect.lock => {
                format!("{lock} held since line {}", under.place.line)
            }
            _ => format!("{lock} on {} {}", locked(chief.effect), until(chief.effect)),
        };
        let unless = chief.part.unless.as_ref();
        self.blocking_finding(chief, &effects(work))
            .says(
                format!("{who} of {name} wait while {done}"),
                format!("{held}, while {done}"),
            )
            .note(unless.map(|it| format!("if {it}, nobody waits: the history does not tell")))
            .remedy(remedy)
            .build()
    }

    /// The table that users know: of a partition that is worked on the partitioned table, where that is locked as strongly.
    fn target(&self, chief: &Blocking<'a>) -> &'a Effect {
        let Action::AlterTable(alter) = &self.statement.action else {
            return chief.effect;
        };
        let named = self.effect_on(&alter.name).map(AsRef::as_ref);
        named
            .filter(|effect| self.is_on_partitions() && effect.lock >= chief.lock)
            .unwrap_or(chief.effect)
    }

    /// A finding where nobody waits for what the statement does to its own tables, but users of others do, whose locks are held from before.
    #[must_use]
    pub fn waits_elsewhere(&self, remedy: Remedy) -> Option<Finding> {
        if !self.blocking().is_empty() {
            return None;
        }
        let chief = strongest(self.work_under_other_locks())?;
        let locked = self.step.held.strongest()?;
        let (done, of) = (self.done(chief), table(chief.effect));
        let (waiting, lock) = (who(locked.lock.blocks()), locked.lock.sql_name());
        let (name, line) = (&locked.relation, locked.place.line);
        let found = self.blocking_finding(chief, &[]).says(
            format!("{waiting} of {name} wait while {done} in {of}"),
            format!("{lock} on {name} held since line {line}, while {done} in {of}"),
        );
        Some(found.remedy(remedy).build())
    }

    /// The subcommand that does the work, of an ALTER TABLE.
    #[must_use]
    pub fn subcommand(&self, work: &Blocking<'_>) -> Option<&'a AlterAction> {
        let Action::AlterTable(alter) = &self.statement.action else {
            return None;
        };
        let command = alter.commands.get(work.part.command)?;
        Some(&command.action)
    }

    /// Whether the work is done to a default partition.
    #[must_use]
    pub fn is_on_default_partition(&self, work: &Blocking<'_>) -> bool {
        self.catalog.get(work.effect.id).bound == Some(PartitionBound::Default)
    }

    /// Whether the statement deletes rows.
    #[must_use]
    pub fn deletes(&self) -> bool {
        matches!(&self.statement.action, Action::Dml(dml) if dml.kind == DmlKind::Delete)
    }

    /// Whether the statement is a query that locks the rows it finds.
    #[must_use]
    pub fn locks_rows(&self) -> bool {
        matches!(&self.statement.action, Action::Dml(dml) if dml.row_lock.is_some())
    }

    /// What is done meanwhile.
    fn done(&self, work: &Blocking<'_>) -> &'static str {
        match work.part.reason {
            Reason::Check => "every row is checked",
            Reason::NotNull => "every row is checked for NULL",
            Reason::ForeignKey => "a foreign key is checked row by row",
            Reason::ConstraintIndex => "the index of the constraint is built",
            Reason::Index => "the index is built",
            Reason::Reindex => "the index is built anew",
            Reason::ColumnType => "every row and every index is written anew",
            Reason::ColumnDefault => "every row is written anew to get its value",
            Reason::Storage => "the whole table is written anew",
            Reason::PartitionBound if self.is_on_default_partition(work) => {
                "every row is compared with the new partition's bound"
            }
            Reason::PartitionBound => "every row is compared with the partition's bound",
            Reason::Refresh => "the view is computed",
            Reason::Rows if self.deletes() => "rows are deleted",
            Reason::Rows => "rows are written",
            Reason::Batches => "rows are written, piece after piece in one transaction",
            Reason::Query if self.locks_rows() => "rows are locked",
            Reason::Query => "rows are read",
            Reason::Maintenance | Reason::Catalog => "the table is worked on",
        }
    }
}

fn strongest<'w, 'a>(work: &'w [Blocking<'a>]) -> Option<&'w Blocking<'a>> {
    let most = work.iter().map(|work| work.part.work).max()?;
    let mut most = work.iter().filter(|work| work.part.work == most);
    // Of a table and its index the one that keeps readers too.
    let first = most.clone().next();
    most.find(|work| work.effect.waiting().contains(Access::Select))
        .or(first)
}

fn table(effect: &Effect) -> &str {
    effect.table.as_ref().unwrap_or(&effect.relation)
}

/// What the lock is on: `orders`, `orders_total_idx of orders`.
fn locked(effect: &Effect) -> String {
    match &effect.table {
        Some(table) => format!("{} of {table}", effect.relation),
        None => effect.relation.clone(),
    }
}

const fn until(effect: &Effect) -> &'static str {
    match effect.held {
        Held::Transaction => "until commit",
        Held::Statement => "to the end of the statement",
    }
}

const fn who(waiting: Accesses) -> &'static str {
    let reads = waiting.contains(Access::Select);
    let inserts = waiting.contains(Access::Insert);
    match (reads, inserts) {
        // Nobody writes to a materialized view.
        (true, false) => "all reads",
        (true, true) => "all reads and writes",
        (false, true) => "all writes",
        (false, false) => "updates and deletes of the same rows",
    }
}
