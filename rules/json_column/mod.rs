//! A column whose values cannot be compared breaks queries that compare whole rows.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{AlterAction, TypeName};
use crate::postgres::Version;
use crate::postgres::types::has_equality;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let found = cx.subcommands().filter_map(|(at, alter, action)| {
        let (column, ty) = match action {
            AlterAction::AddColumn { column, .. } => (&column.name, column.ty.as_ref()?),
            AlterAction::AlterColumnType { column, ty, .. } => (column, ty),
            _ => return None,
        };
        let effect = cx.on_earlier(&alter.name)?;
        let before = cx.catalog.get(effect.id).column(column);
        let before = before.and_then(|column| column.ty.as_ref());
        if is_comparable(cx, ty) || before.is_some_and(|before| !is_comparable(cx, before)) {
            return None;
        }
        let table = cx.display(&alter.name);
        let found = cx.finding(at, effect.id, Harm::BreaksCode).says(
            format!("SELECT DISTINCT, GROUP BY and UNION fail on rows of {table} with {column}"),
            format!("{ty} has no equality operator"),
        );
        Some(
            found
                .effects([effect])
                .remedy(Remedy::ComparableType)
                .build(),
        )
    });
    found.collect()
}

/// Whether values can be told equal; of a domain those behind it.
fn is_comparable(cx: &Context<'_>, ty: &TypeName) -> bool {
    let base = cx.catalog.domain(ty).map_or(ty, |domain| &domain.ty);
    has_equality(&base.name.name)
}
