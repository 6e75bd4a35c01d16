//! Whatever else makes reads or writes wait for work that grows with a table.

use crate::effects::{Effect, Reason};
use crate::finding::{Built, Filled, Finding, ForeignKey, NotValid, Remedy};
use crate::ir::{Action, AlterAction, ColumnDef, ConstraintKind, DmlKind, PartitionBound};
use crate::postgres::{Access, Version};
use crate::rule::{Blocking, Category, Context, Kind, Rule, Severity, effects};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
    from: Version::OLDEST,
    kind: Kind::Fallback(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let here = cx.blocking_by_command();
    let here = here.filter_map(|work| finding(cx, work));
    let found: Vec<Finding> = here.collect();
    if found.is_empty() {
        return elsewhere(cx).into_iter().collect();
    }
    found
}

/// One finding for all the work of a subcommand; the first of its strongest kinds gives the words.
fn finding(cx: &Context<'_>, work: &[Blocking<'_>]) -> Option<Finding> {
    let chief = strongest(work)?;
    let others = effects(work);
    let target = target(cx, chief);
    let name = table(target);
    let who = who(&target.waiting());
    let (cause, remedy) = words(cx, chief);
    let lock = chief.lock.sql_name();
    let held = match chief.effect.under {
        Some(under) if under.lock > chief.effect.lock => {
            format!("{lock} held since line {}", under.place.line)
        }
        _ => format!("{lock} on {} {}", locked(chief.effect), until(chief.effect)),
    };
    let note = chief.part.unless.as_ref();
    let found = cx
        .blocking_finding(chief, &others)
        .says(
            format!("{who} of {name} wait while {cause}"),
            format!("{held}, while {cause}"),
        )
        .note(note.map(|unless| format!("if {unless}, nobody waits: the history does not tell")));
    Some(found.remedy(remedy).build())
}

/// The table that users know: of a partition that is worked on the partitioned table, where that is locked as strongly.
fn target<'a>(cx: &Context<'a>, chief: &Blocking<'a>) -> &'a Effect {
    let Action::AlterTable(alter) = &cx.statement.action else {
        return chief.effect;
    };
    let named = cx.effect_on(&alter.name).map(AsRef::as_ref);
    named
        .filter(|effect| cx.is_on_partitions() && effect.lock >= chief.lock)
        .unwrap_or(chief.effect)
}

/// Nobody waits for what the statement does to its own tables, but users of others do, whose locks are held from before.
fn elsewhere(cx: &Context<'_>) -> Option<Finding> {
    let chief = strongest(cx.work_under_other_locks())?;
    let locked = cx.step.held.strongest()?;
    let (cause, _) = words(cx, chief);
    let of = table(chief.effect);
    let found = cx.blocking_finding(chief, &[]).says(
        format!(
            "{} of {} wait while {cause} in {of}",
            who(&locked.lock.blocks()),
            locked.relation
        ),
        format!(
            "{} on {} held since line {}, while {cause} in {of}",
            locked.lock.sql_name(),
            locked.relation,
            locked.place.line
        ),
    );
    Some(found.remedy(Remedy::AloneWithoutLocks).build())
}

fn strongest<'w, 'a>(work: &'w [Blocking<'a>]) -> Option<&'w Blocking<'a>> {
    let most = work.iter().map(|work| work.part.work).max()?;
    let mut most = work.iter().filter(|work| work.part.work == most);
    // Of a table and its index the one that keeps readers too.
    let first = most.clone().next();
    most.find(|work| work.effect.waiting().contains(&Access::Select))
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

fn until(effect: &Effect) -> &'static str {
    match effect.held {
        crate::effects::Held::Transaction => "until commit",
        crate::effects::Held::Statement => "to the end of the statement",
    }
}

fn who(waiting: &[Access]) -> &'static str {
    let reads = waiting.contains(&Access::Select);
    let inserts = waiting.contains(&Access::Insert);
    match (reads, inserts) {
        // Nobody writes to a materialized view.
        (true, false) => "all reads",
        (true, true) => "all reads and writes",
        (false, true) => "all writes",
        (false, false) => "updates and deletes of the same rows",
    }
}

/// What is done, and what to do instead.
fn words(cx: &Context<'_>, work: &Blocking<'_>) -> (&'static str, Remedy) {
    let action = &cx.statement.action;
    match work.part.reason {
        Reason::Check => {
            let of_domain = matches!(action, Action::AlterDomain { .. });
            let check = if of_domain {
                NotValid::DomainCheck
            } else {
                NotValid::Check(
                    cx.added_constraint(work.part.command)
                        .map(|(added, _)| added),
                )
            };
            ("every row is checked", Remedy::NotValid(check))
        }
        Reason::NotNull => ("every row is checked for NULL", Remedy::ProveNotNull(None)),
        Reason::ForeignKey => (
            "a foreign key is checked row by row",
            Remedy::NotValid(NotValid::ForeignKey(ForeignKey::Any)),
        ),
        Reason::ConstraintIndex => (
            "the index of the constraint is built",
            indexed(cx, work.part.command),
        ),
        Reason::Index => (
            "the index is built",
            Remedy::IndexConcurrently(Built::Implied),
        ),
        Reason::Reindex => ("the index is built anew", Remedy::ReindexConcurrently),
        Reason::ColumnType => (
            "every row and every index is written anew",
            Remedy::NewColumn { computed: false },
        ),
        Reason::ColumnDefault => (
            "every row is written anew to get its value",
            valued(action, work.part.command),
        ),
        Reason::Storage => ("the whole table is written anew", Remedy::Window),
        Reason::PartitionBound => {
            let default = is_default(cx, work);
            let compared = if default {
                "every row is compared with the new partition's bound"
            } else {
                "every row is compared with the partition's bound"
            };
            (compared, Remedy::ProveBound { default })
        }
        Reason::Refresh => {
            let indexed = cx.has_unique_index(work.effect.id);
            (
                "the view is computed",
                Remedy::RefreshConcurrently { indexed },
            )
        }
        Reason::Rows => {
            let delete = matches!(action, Action::Dml(dml) if dml.kind == DmlKind::Delete);
            let written = if delete {
                "rows are deleted"
            } else {
                "rows are written"
            };
            (written, Remedy::Batches { delete })
        }
        Reason::Batches => (
            "rows are written, piece after piece in one transaction",
            Remedy::CommitBatches {
                in_code: cx.step.in_code,
            },
        ),
        Reason::Query if locks_rows(action) => ("rows are locked", Remedy::LockFewRows),
        Reason::Query => ("rows are read", Remedy::EndTransaction),
        Reason::Maintenance | Reason::Catalog => ("the table is worked on", Remedy::Alone),
    }
}

/// What to do instead of a constraint that builds its index on the spot.
fn indexed(cx: &Context<'_>, command: usize) -> Remedy {
    let constraint = cx.added_constraint(command);
    let Some((added, constraint)) = constraint else {
        return Remedy::ConstraintUsingIndex(None);
    };
    match &constraint.kind {
        ConstraintKind::Exclude { .. } => Remedy::ExcludeWindow,
        ConstraintKind::Unique { .. } if cx.is_on_partitions() => Remedy::UniqueOnPartitions {
            partitions: cx.partitions(&added.table),
            name: added.name,
        },
        _ => Remedy::ConstraintUsingIndex(cx.unique(command)),
    }
}

fn locks_rows(action: &Action) -> bool {
    matches!(action, Action::Dml(dml) if dml.row_lock.is_some())
}

fn is_default(cx: &Context<'_>, work: &Blocking<'_>) -> bool {
    cx.catalog.get(work.effect.id).bound == Some(PartitionBound::Default)
}

/// What to do instead of a subcommand that gives every row a value.
fn valued(action: &Action, command: usize) -> Remedy {
    let Action::AlterTable(alter) = action else {
        return Remedy::FillLater(Filled::Default);
    };
    match alter.commands.get(command).map(|command| &command.action) {
        Some(AlterAction::AddColumn { column, .. }) => Remedy::FillLater(filled(column)),
        Some(AlterAction::SetExpression { .. }) => Remedy::NewColumn { computed: true },
        _ => Remedy::FillLater(Filled::Default),
    }
}

fn filled(column: &ColumnDef) -> Filled {
    if column.generated.is_some() {
        Filled::Generated
    } else if column.default.is_some() || column.has_sequence() {
        Filled::Default
    } else {
        Filled::Domain
    }
}
