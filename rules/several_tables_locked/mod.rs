//! A transaction that locks one table after the other can deadlock with code that takes them in another order.

use crate::effects::{Effect, HeldLock};
use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{AlterAction, ConstraintKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity, lock_text};
use crate::schema::{Relation, RelationId};
use crate::sizes::Class;
use std::sync::Arc;
use std::time::Duration;

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::ByCase(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

/// Source: PostgreSQL documentation, "Lock Management": the default of `deadlock_timeout`.
const DEADLOCK_TIMEOUT: Duration = Duration::from_secs(1);

fn check(cx: &Context<'_>) -> Vec<Finding> {
    finding(cx).into_iter().collect()
}

fn finding(cx: &Context<'_>) -> Option<Finding> {
    if gives_up_first(cx) || !is_first(cx) {
        return None;
    }
    let effects = cx.step.effects.iter();
    let locked: Vec<_> = effects.filter(|effect| effect.makes_a_queue()).collect();
    let first = locked.first()?;
    let tables: Names = locked.iter().map(|effect| &effect.relation).collect();
    let mut held = held(cx);
    let held = held.find(|held| {
        let mut locked = locked.iter();
        locked.any(|effect| is_likely(cx, held, effect))
    })?;
    let (before, lock) = (&held.relation, held.lock.sql_name());
    let line = held.place.line;
    let reads = held.lock.blocks_reads() || locked.iter().any(|it| it.lock.blocks_reads());
    let uses = if reads { "uses" } else { "writes to" };
    let mut found = cx
        .finding(0, first.id, Harm::Queue)
        .says(
            format!("{before} stays locked while this waits for {tables}: a deadlock with whoever {uses} them in another order"),
            format!("{}, beside {lock} on {before} held since line {line}", lock_text(&locked)),
        )
        .effects(locked.iter().copied())
        .locked(&cx.step.held)
        .remedy(Remedy::OneTableEach);
    if is_small(cx, &locked) {
        found = found.level(Level::Info);
    }
    Some(found.build())
}

/// Whether it gives up before PostgreSQL looks for deadlocks.
fn gives_up_first(cx: &Context<'_>) -> bool {
    let timeout = cx.step.timeouts.lock;
    timeout.is_some_and(|timeout| timeout < DEADLOCK_TIMEOUT)
}

/// Whether somebody is likely to use both in one transaction: all the time, or because they belong together, for which any `lock_timeout` is enough.
fn is_likely(cx: &Context<'_>, held: &HeldLock, effect: &Effect) -> bool {
    let hot = held.estimate.as_ref().is_some_and(|size| size.hot) && effect.is_hot();
    hot || !cx.step.gives_up && used_together(cx, held.id, effect.id)
}

/// The tables that are locked from before, or the first few of them.
fn held<'a>(cx: &Context<'a>) -> impl Iterator<Item = &'a HeldLock> {
    let modes = cx.step.held.modes().iter();
    modes.flat_map(|mode| &mode.few)
}

/// Whether code is likely to use both in one transaction: one refers to the other, or a third to both.
fn used_together(cx: &Context<'_>, one: RelationId, other: RelationId) -> bool {
    let added = added_key(cx);
    let refers = |from: RelationId, to: RelationId| {
        let mut keys = cx.catalog.get(from).constraints.iter();
        added == Some((from, to))
            || keys.any(|key| key.references == Some(to))
            || is_named_after(cx.catalog.get(from), cx.catalog.get(to))
    };
    let children = cx.catalog.referencing(one).map(|(child, _)| child.id);
    let mut children = children.chain(added.map(|(from, _)| from));
    refers(one, other)
        || refers(other, one)
        || children.any(|child| refers(child, one) && refers(child, other))
}

/// The foreign key that the statement itself adds: its table, and the one that it refers to.
fn added_key(cx: &Context<'_>) -> Option<(RelationId, RelationId)> {
    let (alter, references) = cx
        .subcommands()
        .find_map(|(_, alter, action)| match action {
            AlterAction::AddConstraint(added) => match &added.kind {
                ConstraintKind::ForeignKey { references, .. } => Some((alter, references)),
                _ => None,
            },
            _ => None,
        })?;
    let (from, to) = (cx.catalog.find(&alter.name)?, cx.catalog.find(references)?);
    Some((from.id, to.id))
}

/// Whether a column is called as one is that refers to the table, though no foreign key says so: `customer_id` and `customers`.
fn is_named_after(from: &Relation, to: &Relation) -> bool {
    let singular = to.name.strip_suffix('s').unwrap_or(&to.name);
    let mut columns = from.columns.iter();
    columns.any(|column| {
        let stem = column.name.strip_suffix("_id");
        stem.is_some_and(|stem| stem == singular || stem == to.name)
    })
}

/// Whether all that is held elsewhere was locked by one statement; of a third one nothing new is to be said.
fn is_first(cx: &Context<'_>) -> bool {
    let mut places = held(cx).map(|held| held.place);
    let first = places.next();
    first.is_some_and(|first| places.all(|place| place == first))
}

/// Whether all tables are known to be small, or all of those locked before, and not in use all the time.
fn is_small(cx: &Context<'_>, locked: &[&Arc<Effect>]) -> bool {
    let small = |size| cx.sizes.class(size) == Class::Small;
    let mut held = held(cx);
    let hot = cx.step.held.is_hot() || locked.iter().any(|effect| effect.is_hot());
    let now = locked.iter().all(|effect| small(effect.size()));
    !hot && (now || held.all(|held| small(held.estimate.as_ref())))
}
