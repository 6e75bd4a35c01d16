//! A new column whose value differs from row to row has every row written anew.

use crate::effects::Reason;
use crate::finding::{Filled, Finding, Remedy};
use crate::ir::{AlterAction, ColumnDef};
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
    cx.waits(|work| match cx.subcommand(work)? {
        AlterAction::AddColumn { column, .. } if work.part.reason == Reason::ColumnDefault => {
            let later = Remedy::FillLater(filled(column));
            Some(cx.in_parts(work.part.command, later))
        }
        _ => None,
    })
}

fn filled(column: &ColumnDef) -> Filled {
    if column.generated.is_some() {
        Filled::Generated
    } else if column.default.is_some() || column.has_sequence() {
        Filled::Default
    } else {
        Filled::Domain
    }
}
