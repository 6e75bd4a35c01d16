//! A CHECK that is not NOT VALID is checked against every row on the spot.

use crate::effects::Reason;
use crate::finding::{Finding, NotValid, Remedy};
use crate::ir::{Action, AlterAction};
use crate::postgres::Version;
use crate::rule::{Blocking, Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
    formerly: &["blocking-work"],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    cx.waits(|work| {
        let instead = || cx.in_parts(work.part.command, Remedy::NotValid(instead(cx, work)));
        is_added(cx, work).then(instead)
    })
}

/// Whether the rows are checked because the constraint is new, rather than the type of a column.
fn is_added(cx: &Context<'_>, work: &Blocking<'_>) -> bool {
    let older = matches!(
        cx.subcommand(work),
        Some(AlterAction::AlterColumnType { .. } | AlterAction::ValidateConstraint { .. })
    );
    work.part.reason == Reason::Check && work.effect.delays_users_itself() && !older
}

fn instead(cx: &Context<'_>, work: &Blocking<'_>) -> NotValid {
    match &cx.statement.action {
        Action::AlterDomain { .. } => NotValid::DomainCheck,
        _ => {
            let added = cx.added_constraint(work.part.command);
            NotValid::Check(added.map(|(added, _)| added))
        }
    }
}
