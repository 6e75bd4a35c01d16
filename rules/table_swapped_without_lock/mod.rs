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
    let (copy, reads) = match &cx.statement.action {
        Action::Dml(dml) if dml.kind == DmlKind::Insert && !dml.literal_rows => {
            (dml.target.as_ref(), &dml.reads)
        }
        Action::CreateTableAs(create) if create.kind == RelationKind::Table && create.with_data => {
            (Some(&create.name), &create.reads)
        }
        _ => return Vec::new(),
    };
    let Some(copy) = copy else {
        return Vec::new();
    };
    reads
        .iter()
        .filter_map(|from| swapped(cx, copy, from))
        .collect()
}

fn swapped(cx: &Context<'_>, copy: &Name, from: &Name) -> Option<Finding> {
    let table = cx.catalog.find(from)?;
    let effect = cx.effect(table.id).filter(|effect| cx.is_earlier(effect))?;
    let kind = ObjectKind::Relation(RelationKind::Table);
    let takes_its_name = |action: &Action| matches!(action, Action::AlterTable(alter) if cx.catalog.qualified(&alter.name) == cx.catalog.qualified(copy));
    let taken = cx.all_made_later(kind, from).any(takes_its_name);
    if table.kind != RelationKind::Table || !taken {
        return None;
    }
    let locked = effect
        .under
        .is_some_and(|under| under.lock.blocks().contains(&Access::Insert));
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
