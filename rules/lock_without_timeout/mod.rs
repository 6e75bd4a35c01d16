//! A lock without lock_timeout: behind one long query everybody queues up.

use crate::effects::{Age, Effect};
use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, ObjectKind, RelationKind};
use crate::postgres::{Access, Version};
use crate::rule::{Category, Context, Kind, Rule, Severity, lock_text, waiting_text};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::Always(Level::Info),
    since: "0.1.0",
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    // Whoever is told of a long wait is not told of this one too; and the first lock of a transaction is where the timeout belongs.
    let told = cx.step.gives_up || !cx.step.held.is_empty() || cx.blocking().next().is_some();
    if told {
        return Vec::new();
    }
    let effects = cx.step.effects.iter();
    let locked: Vec<&Effect> = effects.filter(|effect| makes_a_queue(effect)).collect();
    // That the table that is named is locked, everybody knows.
    let worth_it = |effect: &&Effect| is_hot(effect) || reaches_further(cx, effect);
    if !locked.iter().any(worth_it) {
        return Vec::new();
    }
    finding(cx, &locked).into_iter().collect()
}

/// Whether it waits for whoever uses the table, and whoever comes then waits for it.
fn makes_a_queue(effect: &Effect) -> bool {
    let waits = |kinds: &[Access]| kinds.iter().any(|kind| kind.is_everyday());
    effect.age == Age::Earlier
        && effect.kind.is_queried()
        && effect.under.is_none()
        && waits(&effect.lock.blocks())
        && waits(&effect.blocks)
}

fn is_hot(effect: &Effect) -> bool {
    effect.estimate.as_ref().is_some_and(|size| size.hot)
}

/// Whether the statement is about something else that was there before: a constraint, an index, another table.
fn reaches_further(cx: &Context<'_>, effect: &Effect) -> bool {
    match &cx.statement.action {
        Action::AlterTable(alter) => cx
            .on_earlier(&alter.name)
            .is_some_and(|target| target.id != effect.id),
        Action::Drop(drop) => {
            let kind = ObjectKind::Relation(RelationKind::Index);
            let relation = matches!(drop.kind, ObjectKind::Relation(_));
            let named = drop.names.iter().any(|name| {
                cx.on_earlier(name)
                    .is_some_and(|target| target.id == effect.id)
            });
            drop.kind == kind || (relation && !named)
        }
        // What a new table refers to, or is a partition of.
        Action::CreateTable(_) => true,
        Action::Truncate {
            tables, cascade, ..
        } => {
            let named = tables.iter().filter_map(|name| cx.on_earlier(name));
            let mut reached = named.map(|named| {
                named.id == effect.id || cx.catalog.ancestors(effect.id).contains(&named.id)
            });
            *cascade && !reached.any(|reached| reached)
        }
        _ => false,
    }
}

fn finding(cx: &Context<'_>, locked: &[&Effect]) -> Option<Finding> {
    let strongest = locked.iter().max_by_key(|effect| effect.lock)?;
    let hot = locked.iter().any(|effect| is_hot(effect));
    let suggestion = if cx.step.in_transaction {
        "SET LOCAL lock_timeout = '2s';"
    } else {
        "SET lock_timeout = '2s';"
    };
    let found = cx
        .finding(0, strongest.id, Harm::Queue)
        .level(if hot { Level::Warning } else { Level::Info })
        .says(
            format!("all {} queue up behind this while it waits for its lock", waiting_text(locked)),
            format!("{}, without lock_timeout: one long query or open transaction is enough", lock_text(locked)),
        )
        .effects(locked.iter().map(|effect| (*effect).clone()).collect())
        .help(
            "set lock_timeout first, and try again when it gives up; what the connection sets belongs under [session] in mig-lint.toml",
            vec![suggestion.to_owned()],
        );
    Some(found.build())
}
