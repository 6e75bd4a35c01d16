//! A generated column that is not computed any more gets NULL from running code.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::AlterAction;
use crate::postgres::Version;
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
        let AlterAction::DropExpression { column, .. } = action else {
            return None;
        };
        let effect = cx.on_earlier(&alter.name)?;
        let known = cx.catalog.get(effect.id).column(column);
        let plain = known.is_some_and(|known| known.ty.is_some() && known.generated.is_none());
        if plain || cx.is_new_column(&alter.name, column) {
            return None;
        }
        let table = cx.display(&alter.name);
        let found = cx.finding(at, effect.id, Harm::BreaksCode).says(
            format!("{table}.{column} is not computed any more: running code leaves it NULL, or fails where it is NOT NULL"),
            "rows that are written from the commit on have no value there",
        );
        Some(found.effects([effect]).remedy(Remedy::ReleaseFirst).build())
    });
    found.collect()
}
