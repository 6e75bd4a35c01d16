//! A CHECK that asks the clock does not hold for what it once held for.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{AlterAction, ConstraintKind, Expr, ExprNode};
use crate::postgres::Version;
use crate::postgres::functions::{Volatility, volatility};
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
        let AlterAction::AddConstraint(new) = action else {
            return None;
        };
        let ConstraintKind::Check(expr) = &new.kind else {
            return None;
        };
        let called = changing(cx, expr)?;
        let effect = cx.on_earlier(&alter.name)?;
        let table = cx.display(&alter.name);
        let found = cx.finding(at, effect.id, Harm::Fails).says(
            format!(
                "rows of {table} may stop to fit this CHECK with time, since it calls {called}"
            ),
            "an UPDATE of such a row fails, and so does restoring a dump",
        );
        Some(found.effects([effect]).remedy(Remedy::ReleaseFirst).build())
    });
    found.collect()
}

/// A function whose answer depends on more than what it is given: one without arguments, or one that a migration has made so.
fn changing(cx: &Context<'_>, expr: &Expr) -> Option<String> {
    let mut found = None;
    expr.node.walk(&mut |node| {
        if let ExprNode::Call {
            function,
            arguments,
        } = node
        {
            let built_in = arguments
                .is_empty()
                .then(|| volatility(&function.name))
                .flatten();
            let how = cx.catalog.volatility(function).or(built_in);
            if how.is_some_and(|how| how > Volatility::Immutable) {
                found.get_or_insert_with(|| function.to_string());
            }
        }
    });
    found
}
