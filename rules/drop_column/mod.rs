//! Dropping a column breaks code that still names it.

use crate::effects::{Age, Effect};
use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, AlterAction, ObjectKind, RelationKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::schema::Object;
use std::sync::Arc;

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let named = cx
        .subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::DropColumn {
                column, if_exists, ..
            } => {
                let absent = *if_exists && cx.lacks_column(&alter.name, column);
                if absent || cx.is_new_column(&alter.name, column) {
                    return None;
                }
                finding(cx, at, cx.on_earlier(&alter.name)?, column)
            }
            _ => None,
        });
    named.chain(with_type(cx)).collect()
}

/// The columns that go with their type or domain, by CASCADE.
fn with_type(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Drop(drop) = &cx.statement.action else {
        return Vec::new();
    };
    let kinds = [ObjectKind::Type, ObjectKind::Domain, ObjectKind::Extension];
    if !drop.cascade || !kinds.contains(&drop.kind) {
        return Vec::new();
    }
    let reach = cx.catalog.reach(cx.catalog.dropped_by(drop), true);
    let columns = reach.objects.iter().filter_map(|object| {
        let Object::Column(table, column) = object else {
            return None;
        };
        let effect = cx.effect(*table);
        let effect = effect.filter(|effect| effect.age == Age::Earlier)?;
        let table = cx.catalog.get(*table);
        let first = table.bound.is_none() && !cx.is_new_column(&table.full_name(), column);
        finding(cx, 0, effect, column).filter(|_| first)
    });
    columns.collect()
}

fn finding(
    cx: &Context<'_>,
    command: usize,
    effect: &Arc<Effect>,
    column: &str,
) -> Option<Finding> {
    if effect.kind != RelationKind::Table {
        return None;
    }
    let relation = cx.catalog.get(effect.id);
    let table = relation.display_name();
    let found = cx.finding(command, effect.id, Harm::BreaksCode);
    if cx.catalog.is_unused(relation, Some(column)) {
        let found = found.level(Level::Info).says(
            format!("dropping {table}.{column}, which code gave up in an earlier migration"),
            format!("{column} is gone at commit, with what it holds"),
        );
        return Some(found.effects([effect]).build());
    }
    let known = relation.column(column);
    let required = known.is_some_and(|it| it.not_null && it.default.is_none() && !it.identity);
    let found = found
        .says(
            format!("dropping {table}.{column} breaks every query of running code that names it"),
            format!(
                "{column} is gone at commit; a SELECT or INSERT that names it fails from then on"
            ),
        )
        .effects([effect])
        .remedy(Remedy::DropColumnLater { required });
    Some(found.build())
}
