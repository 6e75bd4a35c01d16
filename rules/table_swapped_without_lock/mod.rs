//! What is written between the copy and the swap is lost.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, DmlKind, Family, Name, ObjectKind, RelationKind};
use crate::postgres::{Access, Version};
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::schema::{Attached, Relation};

pub const RULE: Rule = Rule {
    category: Category::Data,
    severity: Severity::Always(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::Rows, Family::CreateRelation], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Some((copy, reads)) = copied(&cx.statement.action) else {
        return Vec::new();
    };
    reads
        .iter()
        .filter_map(|from| swapped(cx, copy, from))
        .collect()
}

/// The table that a statement fills from others, and those.
fn copied(action: &Action) -> Option<(&Name, &[Name])> {
    match action {
        Action::Dml(dml) if dml.kind == DmlKind::Insert && !dml.literal_rows => {
            Some((dml.target.as_ref()?, &dml.reads))
        }
        Action::CreateTableAs(create) if create.kind == RelationKind::Table && create.with_data => {
            Some((&create.name, &create.reads))
        }
        _ => None,
    }
}

/// Whether no later copy takes along what was written since.
fn is_last(cx: &Context<'_>, copy: &Name, from: &Name) -> bool {
    let same = |action: &Action| {
        copied(action).is_some_and(|(other, reads)| other == copy && reads.contains(from))
    };
    let later = &cx.migration.statements[cx.at + 1..];
    let again = later.iter().any(|statement| same(&statement.action));
    let finished = cx.step.in_code && is_finished_in_code(cx, from, same);
    !again && !finished
}

/// Whether code copies more than once, and locks the table in between.
fn is_finished_in_code(cx: &Context<'_>, from: &Name, same: impl Fn(&Action) -> bool) -> bool {
    let Action::Do { code, .. } = &cx.migration.statements[cx.at].action else {
        return false;
    };
    let steps = code.steps.iter();
    let first = steps.clone().position(|step| same(&step.action));
    let last = steps.clone().rposition(|step| same(&step.action));
    let mut locked = steps.map(
        |step| matches!(&step.action, Action::LockTable { tables, .. } if tables.contains(from)),
    );
    let locked = locked.position(|locked| locked);
    first < locked && locked.is_some() && locked < last
}

fn swapped(cx: &Context<'_>, copy: &Name, from: &Name) -> Option<Finding> {
    let table = cx.catalog.find(from)?;
    let effect = cx.effect(table.id).filter(|effect| cx.is_earlier(effect))?;
    let kind = ObjectKind::Relation(RelationKind::Table);
    let takes_its_name = |action: &Action| matches!(action, Action::AlterTable(alter) if cx.catalog.qualified(&alter.name) == cx.catalog.qualified(copy));
    let taken = cx.all_made_later(kind, from).any(takes_its_name);
    if table.kind != RelationKind::Table || !taken || !is_last(cx, copy, from) {
        return None;
    }
    let locked = effect
        .under
        .is_some_and(|under| under.lock.blocks().contains(Access::Insert));
    if locked && cx.step.in_transaction || is_kept_in_step(cx, table, copy) {
        return None;
    }
    let (old, new) = (table.display_name(), cx.display(copy));
    let found = cx.finding(0, table.id, Harm::LosesData).says(
        format!(
            "what running code writes to {old} between this copy and the swap with {new} is lost"
        ),
        format!("nothing keeps others from writing to {old} meanwhile"),
    );
    Some(
        found
            .effects([effect])
            .remedy(Remedy::LockBeforeCopy)
            .build(),
    )
}

/// Whether a trigger writes to the copy what is written to the table; of one that cannot be read it is taken to be so.
fn is_kept_in_step(cx: &Context<'_>, table: &Relation, copy: &Name) -> bool {
    let writes = |trigger: &Attached| {
        let functions = trigger.calls.iter().map(|name| Name::bare(name.clone()));
        let mut known = functions.flat_map(|name| cx.catalog.routines(&name));
        known.any(|function| {
            let mut steps = function.code.steps.iter();
            !function.code.unread.is_empty()
                || steps.any(|step| match &step.action {
                    Action::Dml(dml) => dml
                        .target
                        .as_ref()
                        .is_some_and(|target| target.name == copy.name),
                    _ => false,
                })
        })
    };
    table.attached.iter().any(|one| {
        let fires = one.kind == ObjectKind::Trigger && !one.disabled;
        fires && one.fires.on.contains(&DmlKind::Insert) && writes(one)
    })
}
