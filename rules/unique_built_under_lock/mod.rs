//! UNIQUE, PRIMARY KEY and EXCLUDE build their index while nobody can use the table.

use crate::effects::Reason;
use crate::finding::{Finding, Remedy};
use crate::ir::{AlterAction, Constraint, ConstraintKind};
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
    cx.waits(|work| is_new(cx, work).then(|| instead(cx, work.part.command)))
}

/// Whether the constraint is new, rather than the type of its column.
fn is_new(cx: &Context<'_>, work: &Blocking<'_>) -> bool {
    let older = matches!(
        cx.subcommand(work),
        Some(AlterAction::AlterColumnType { .. })
    );
    work.part.reason == Reason::ConstraintIndex && work.effect.delays_users_itself() && !older
}

fn instead(cx: &Context<'_>, command: usize) -> Remedy {
    let Some((added, constraint)) = cx.added_constraint(command) else {
        return cx.in_parts(command, Remedy::ConstraintUsingIndex(None));
    };
    match &constraint.kind {
        ConstraintKind::Exclude { .. } => Remedy::ExcludeWindow,
        ConstraintKind::Unique { .. } if cx.is_on_partitions() => Remedy::UniqueOnPartitions {
            partitions: cx.partitions(&added.table, |partition| {
                let part = Constraint {
                    name: None,
                    ..constraint.clone()
                };
                cx.catalog.constraint_name(partition, &part)
            }),
            name: added.name,
        },
        _ => Remedy::ConstraintUsingIndex(cx.unique(command)),
    }
}
