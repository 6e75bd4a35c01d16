//! A column that may be NULL from now on meets code that does not expect it.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::AlterAction;
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Info),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let found = cx.subcommands().filter_map(|(at, alter, action)| {
        let AlterAction::DropNotNull { column } = action else {
            return None;
        };
        let effect = cx.on_earlier(&alter.name)?;
        let known = cx.catalog.get(effect.id).column(column);
        let free = known.is_some_and(|known| known.ty.is_some() && !known.not_null);
        if free || cx.is_new_column(&alter.name, column) {
            return None;
        }
        let table = cx.display(&alter.name);
        let found = cx.finding(at, effect.id, Harm::BreaksCode).says(
            format!("{table}.{column} may be NULL from now on, which running code does not expect"),
            "the new release may write NULL while the old one still reads",
        );
        Some(found.effects([effect]).remedy(Remedy::ReleaseFirst).build())
    });
    found.collect()
}
