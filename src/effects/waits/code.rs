//! Who waits because writing a row runs something else too: a trigger's function, or a rule.
//!
//! Source: PostgreSQL documentation, "Overview of Trigger Behavior" and "The Rule System".

use crate::effects::code;
use crate::ir::{Action, Dml, DmlKind, ObjectKind};
use crate::postgres::{Access, Accesses, LockMode};
use crate::schema::{Attached, Catalog, Relation, RelationId};

/// Writing a row of `table` takes `lock` on `touched`.
pub(super) struct Reach {
    table: RelationId,
    access: Access,
    touched: RelationId,
    lock: LockMode,
}

/// Everything that triggers and rules make writes of one row reach. What fires only under a condition, or when the transaction ends, is left out.
pub(super) fn reach(catalog: &Catalog) -> Vec<Reach> {
    let mut found = Vec::new();
    for table in catalog.living() {
        for one in table.attached.iter().filter(|one| !one.disabled) {
            match one.kind {
                ObjectKind::Trigger => trigger(catalog, table, one, &mut found),
                ObjectKind::Rule => rule(table, one, &mut found),
                _ => {}
            }
        }
    }
    found
}

/// Who waits because a relation that is reached so, or an index of it, is locked in this mode.
pub(super) fn through(
    reach: &[Reach],
    touched: RelationId,
    lock: LockMode,
    add: &mut impl FnMut(RelationId, Accesses),
) {
    for one in reach.iter().filter(|one| one.touched == touched) {
        if one.lock.conflicts_with(lock) {
            add(one.table, Accesses::of(&[one.access]));
        }
    }
}

fn trigger(catalog: &Catalog, table: &Relation, trigger: &Attached, found: &mut Vec<Reach>) {
    if trigger.fires.perhaps || trigger.fires.deferred {
        return;
    }
    let mut tables = vec![table.id];
    if trigger.fires.each_row && table.partitioned {
        tables.extend(catalog.descendants(table.id));
    }
    let run = code::of_trigger(catalog, trigger);
    let sure = run.steps.iter().filter(|step| !step.conditional);
    let touched: Vec<(RelationId, LockMode)> = sure
        .filter_map(|step| match step.in_code() {
            Some(Action::Dml(dml)) => Some(locks(catalog, dml)),
            _ => None,
        })
        .flatten()
        .collect();
    for kind in &trigger.fires.on {
        for table in &tables {
            found.extend(touched.iter().map(|(touched, lock)| Reach {
                table: *table,
                access: access(*kind),
                touched: *touched,
                lock: *lock,
            }));
        }
    }
}

fn rule(table: &Relation, rule: &Attached, found: &mut Vec<Reach>) {
    let Some(kind) = rule.on.filter(|kind| *kind != DmlKind::Select) else {
        return;
    };
    for touched in &rule.relations {
        let lock = if rule.writes.contains(touched) {
            LockMode::RowExclusive
        } else {
            LockMode::AccessShare
        };
        found.push(Reach {
            table: table.id,
            access: access(kind),
            touched: *touched,
            lock,
        });
    }
}

/// What a statement on rows locks by itself.
fn locks(catalog: &Catalog, dml: &Dml) -> Vec<(RelationId, LockMode)> {
    let written = dml.writes.iter().map(|(_, name)| name).chain(&dml.target);
    let written = written.map(|name| (name, LockMode::RowExclusive));
    let read = if dml.row_lock.is_some() && dml.target.is_none() {
        LockMode::RowShare
    } else {
        LockMode::AccessShare
    };
    let all = written.chain(dml.reads.iter().map(|name| (name, read)));
    all.filter_map(|(name, lock)| Some((catalog.find(name)?.id, lock)))
        .collect()
}

fn access(kind: DmlKind) -> Access {
    match kind {
        DmlKind::Insert => Access::Insert,
        DmlKind::Delete => Access::Delete,
        DmlKind::Select => Access::Select,
        DmlKind::Update | DmlKind::Merge => Access::Update,
    }
}
