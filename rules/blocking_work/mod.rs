//! Whatever else makes reads or writes wait for work that grows with a table.

use crate::effects::{Effect, Reason};
use crate::finding::Finding;
use crate::ir::{Action, AlterAction, ColumnDef, DmlKind, PartitionBound};
use crate::postgres::types::is_serial;
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
    let name = table(chief.effect);
    let who = who(&chief.effect.waiting());
    let (cause, help) = words(cx, chief);
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
    Some(found.help(help, Vec::new()).build())
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
    let help = "put it in a migration of its own, so that the lock is gone by then";
    Some(found.help(help, Vec::new()).build())
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
fn words(cx: &Context<'_>, work: &Blocking<'_>) -> (&'static str, &'static str) {
    let action = &cx.statement.action;
    match work.part.reason {
        Reason::Check if cx.is_django() => (
            "every row is checked",
            "AddConstraintNotValid (in django.contrib.postgres.operations), ValidateConstraint in a later migration",
        ),
        Reason::Check if matches!(action, Action::AlterDomain { .. }) => (
            "every row is checked",
            "add a CHECK to each table instead, NOT VALID, and validate it in a later migration: a domain's is always checked under this lock",
        ),
        Reason::Check => (
            "every row is checked",
            "add the constraint NOT VALID, validate it in a later migration",
        ),
        Reason::NotNull => (
            "every row is checked for NULL",
            "make the column NOT NULL first, by way of a validated CHECK",
        ),
        Reason::ForeignKey => (
            "a foreign key is checked row by row",
            "add it NOT VALID, validate it in a later migration",
        ),
        Reason::ConstraintIndex => (
            "the index of the constraint is built",
            "build a unique index CONCURRENTLY, then add the constraint USING INDEX",
        ),
        Reason::Index => (
            "the index is built",
            "build it CONCURRENTLY, outside a transaction",
        ),
        Reason::Reindex => (
            "the index is built anew",
            "REINDEX CONCURRENTLY, outside a transaction",
        ),
        Reason::ColumnType => (
            "every row and every index is written anew",
            "add a new column, fill it in batches, then swap the names",
        ),
        Reason::ColumnDefault => (
            "every row is written anew to get its value",
            valued(action, work.part.command),
        ),
        Reason::Storage => (
            "the whole table is written anew",
            "do it in a maintenance window, or move rows to a new table in batches",
        ),
        Reason::PartitionBound if is_default(cx, work) => (
            "every row is compared with the new partition's bound",
            "validate a CHECK first that rules out what goes to the new partition, then it is not read",
        ),
        Reason::PartitionBound => (
            "every row is compared with the partition's bound",
            "validate a CHECK with the same bound and IS NOT NULL first, then it is not read",
        ),
        Reason::Refresh => (
            "the view is computed",
            "refresh it CONCURRENTLY, which needs a unique index on it",
        ),
        Reason::Rows => match action {
            Action::Dml(dml) if dml.kind == DmlKind::Delete => {
                ("rows are deleted", batches(cx, "delete"))
            }
            _ => ("rows are written", batches(cx, "write")),
        },
        Reason::Batches if cx.is_django() => (
            "rows are written, piece after piece in one transaction",
            "write in batches, and set atomic = False on the migration, so that each commits by itself",
        ),
        Reason::Batches => (
            "rows are written, piece after piece in one transaction",
            "run it outside a transaction, so that each batch commits by itself",
        ),
        Reason::Query if locks_rows(action) => (
            "rows are locked",
            "lock single rows, or a few at a time with LIMIT, and commit in between",
        ),
        Reason::Query => (
            "rows are read",
            "end the transaction that holds the lock first",
        ),
        Reason::Maintenance | Reason::Catalog => {
            ("the table is worked on", "do it in a migration of its own")
        }
    }
}

fn locks_rows(action: &Action) -> bool {
    matches!(action, Action::Dml(dml) if dml.row_lock.is_some())
}

fn is_default(cx: &Context<'_>, work: &Blocking<'_>) -> bool {
    cx.catalog.get(work.effect.id).bound == Some(PartitionBound::Default)
}

/// What to do instead of a subcommand that gives every row a value.
fn valued(action: &Action, command: usize) -> &'static str {
    let Action::AlterTable(alter) = action else {
        return "add the column without the default, set the default, fill old rows in batches that commit";
    };
    match alter.commands.get(command).map(|command| &command.action) {
        Some(AlterAction::AddColumn { column, .. }) if column.generated.is_some() => {
            "add a plain column, keep it right with a trigger, fill old rows in batches that commit"
        }
        Some(AlterAction::AddColumn { column, .. })
            if column.default.is_none() && !column.identity && !is_serial_column(column) =>
        {
            "a domain with a CHECK or NOT NULL is checked row by row: give the column the type behind it, and add the CHECK NOT VALID"
        }
        Some(AlterAction::SetExpression { .. }) => {
            "add a new column, keep it right with a trigger, fill it in batches, then swap the names"
        }
        _ => {
            "add the column without the default, set the default, fill old rows in batches that commit"
        }
    }
}

fn is_serial_column(column: &ColumnDef) -> bool {
    let ty = column.ty.as_ref();
    ty.is_some_and(|ty| is_serial(&ty.name.name))
}

fn batches(cx: &Context<'_>, doing: &str) -> &'static str {
    match (cx.is_django(), doing) {
        (true, "delete") => {
            "delete in batches, in a RunPython of a migration with atomic = False, so that each commits"
        }
        (true, _) => {
            "write in batches, in a RunPython of a migration with atomic = False, so that each commits"
        }
        (false, "delete") => "delete in batches, each in a transaction of its own",
        (false, _) => "write in batches, each in a transaction of its own",
    }
}
