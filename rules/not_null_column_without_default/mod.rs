//! A column that must not be NULL cannot be added to rows that have no value for it.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{AlterAction, AlterTable, ColumnDef, RelationKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::Always(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    cx.subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::AddColumn { column, .. } if cx.needs_value(column) => {
                finding(cx, alter, at, column)
            }
            _ => None,
        })
        .collect()
}

fn finding(
    cx: &Context<'_>,
    alter: &AlterTable,
    command: usize,
    column: &ColumnDef,
) -> Option<Finding> {
    let effect = cx.on_earlier(&alter.name)?;
    let empty = effect.size().and_then(|size| size.rows) == Some(0) || cx.is_emptied(&alter.name);
    if effect.kind != RelationKind::Table || empty {
        return None;
    }
    let table = cx.display(&alter.name);
    let name = &column.name;
    let found = cx
        .finding(command, effect.id, Harm::Fails)
        .says(
            format!("adding {table}.{name} NOT NULL without a default fails on the first row"),
            format!("rows that are there have no value for {name}"),
        )
        .sqlstate("23502")
        .effects([effect])
        .remedy(Remedy::ConstantDefault);
    Some(found.build())
}
