//! A table that moves or changes its storage is written anew while nobody can use it.

use crate::effects::Reason;
use crate::finding::{Finding, Remedy};
use crate::ir::AlterAction;
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
    formerly: &["blocking-work"],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    cx.waits(|work| match (work.part.reason, cx.subcommand(work)) {
        (Reason::Storage, _) => Some(Remedy::Window),
        (Reason::ColumnDefault, Some(AlterAction::SetExpression { .. })) => {
            Some(Remedy::NewColumn { computed: true })
        }
        // An attribute of the composite type that the table is made of.
        (Reason::ColumnType, None) => Some(Remedy::NewColumn { computed: false }),
        _ => None,
    })
}
