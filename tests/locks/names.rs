//! What relations were called before a form renamed or dropped them.

use crate::predicted::Predicted;
use mig_lint::effects::Effect;
use mig_lint::ir::{Action, AlterAction, Name, ObjectKind, RelationKind};
use mig_lint::schema::RelationId;
use std::collections::{BTreeMap, BTreeSet};

/// What relations were called when the form first touched them.
#[derive(Default)]
pub(crate) struct FirstNames {
    pub(crate) by_id: BTreeMap<RelationId, String>,
    /// By what they are called while the last statement runs.
    pub(crate) now: BTreeMap<String, String>,
}

pub(crate) fn first_names(statements: &[Predicted]) -> FirstNames {
    let mut names = FirstNames::default();
    for (nth, statement) in statements.iter().enumerate() {
        for effect in statement.effects() {
            let name = full_name(effect);
            let first = names.by_id.entry(effect.id).or_insert_with(|| name.clone());
            names.now.insert(name, first.clone());
        }
        let is_last = nth + 1 == statements.len();
        if let Some((from, to)) = renamed(&statement.action).filter(|_| !is_last) {
            let from = from.to_string();
            let first = names.now.remove(&from).unwrap_or(from);
            names.now.insert(to.to_owned(), first);
        }
    }
    names
}

fn renamed(action: &Action) -> Option<(&Name, &str)> {
    let Action::AlterTable(alter) = action else {
        return None;
    };
    match alter.commands.as_slice() {
        [command] => match &command.action {
            AlterAction::RenameTo(to) => Some((&alter.name, to)),
            _ => None,
        },
        _ => None,
    }
}

/// With its schema, where that is not `public`.
fn full_name(effect: &Effect) -> String {
    match effect.schema.as_deref() {
        None | Some("public") => effect.relation.clone(),
        Some(schema) => format!("{schema}.{}", effect.relation),
    }
}

/// What the form drops: what it was is gone from the server's counters, and a namesake may have taken its place.
pub(crate) fn dropped(
    statements: &[Predicted],
    names: &BTreeMap<String, String>,
) -> BTreeSet<String> {
    let drops = statements.iter().filter_map(|it| match &it.action {
        Action::Drop(drop) => Some(drop),
        _ => None,
    });
    let kinds = [
        RelationKind::Table,
        RelationKind::Index,
        RelationKind::MaterializedView,
    ];
    let stored = kinds.map(ObjectKind::Relation);
    let dropped = drops.filter(|drop| stored.contains(&drop.kind));
    let dropped = dropped.flat_map(|drop| &drop.names).map(Name::to_string);
    dropped
        .map(|name| names.get(&name).cloned().unwrap_or(name))
        .collect()
}
