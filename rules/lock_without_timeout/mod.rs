//! A lock without lock_timeout: behind one long query everybody queues up.

use crate::effects::Effect;
use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, Name, ObjectKind, RelationKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity, lock_text, waiting_text};
use crate::schema::RelationId;
use std::collections::BTreeSet;
use std::sync::Arc;

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::ByCase(Level::Info),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    // Whoever is told of a long wait is not told of this one too; and the first lock of a transaction is where the timeout belongs.
    let told = cx.could_be_concurrent()
        || cx.step.gives_up
        || !cx.step.held.is_empty()
        || !cx.blocking().is_empty();
    if told {
        return Vec::new();
    }
    let mut locked = cx.makes_queues();
    locked.retain(|effect| effect.kind.is_queried() || effect.is_hot());
    // That the table that is named is locked, everybody knows.
    let hot = locked.iter().any(|effect| effect.is_hot());
    if !hot && !reaches_further(cx, &locked) {
        return Vec::new();
    }
    finding(cx, &locked, hot).into_iter().collect()
}

/// Whether one of them is something else that was there before than what the statement names: what a constraint refers to, the table of an index, a child.
fn reaches_further(cx: &Context<'_>, locked: &[&Arc<Effect>]) -> bool {
    let named = |names: &[Name]| -> BTreeSet<RelationId> {
        let targets = names.iter().filter_map(|name| cx.on_earlier(name));
        targets.map(|target| target.id).collect()
    };
    match &cx.statement.action {
        Action::AlterTable(alter) => {
            let target = cx.on_earlier(&alter.name);
            target.is_some_and(|target| locked.iter().any(|effect| effect.id != target.id))
        }
        Action::Drop(drop) => match drop.kind {
            ObjectKind::Relation(RelationKind::Index) => !locked.is_empty(),
            ObjectKind::Relation(_) => {
                let named = named(&drop.names);
                locked.iter().any(|effect| !named.contains(&effect.id))
            }
            _ => false,
        },
        // What a new table refers to, or is a partition of.
        Action::CreateTable(_) => !locked.is_empty(),
        Action::Truncate {
            tables,
            cascade: true,
            ..
        } => {
            let named = named(tables);
            let mut beside = locked.iter().filter(|effect| !named.contains(&effect.id));
            beside.any(|effect| {
                let mut above = cx.catalog.ancestors(effect.id).into_iter();
                !above.any(|parent| named.contains(&parent))
            })
        }
        _ => false,
    }
}

fn finding(cx: &Context<'_>, locked: &[&Arc<Effect>], hot: bool) -> Option<Finding> {
    let strongest = locked.iter().max_by_key(|effect| effect.lock)?;
    let mut found = cx
        .finding(0, strongest.id, Harm::Queue)
        .says(
            format!(
                "all {} queue up behind this while it waits for its lock",
                waiting_text(locked)
            ),
            format!(
                "{}, without lock_timeout: one long query or open transaction is enough",
                lock_text(locked)
            ),
        )
        .effects(locked.iter().copied())
        .remedy(Remedy::LockTimeout {
            in_transaction: cx.step.in_transaction,
        });
    if hot {
        found = found.level(Level::Warning);
    }
    Some(found.build())
}
