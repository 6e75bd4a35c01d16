//! CREATE INDEX CONCURRENTLY IF NOT EXISTS passes over the INVALID index of a try that failed.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, Name, ObjectKind, RelationKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::Always(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    finding(cx).into_iter().collect()
}

fn finding(cx: &Context<'_>) -> Option<Finding> {
    let Action::CreateIndex(create) = &cx.statement.action else {
        return None;
    };
    let name = create.name.as_ref()?;
    if !create.concurrently || !create.if_not_exists || is_dropped_before(cx, name) {
        return None;
    }
    let table = cx.on_earlier(&create.table)?;
    let unique = create.unique.then(|| {
        "without a valid index rows that are there may be equal, and ON CONFLICT does not find it"
            .to_owned()
    });
    let found = cx
        .finding(0, table.id, Harm::Fails)
        .says(
            format!("IF NOT EXISTS takes an INVALID {name} for the index, and reports success"),
            "a try that failed leaves one, which no query uses",
        )
        .effects([table])
        .note(unique)
        .remedy(Remedy::DropFirst);
    Some(found.build())
}

/// Whether an earlier statement of the migration removes what a try that failed has left.
fn is_dropped_before(cx: &Context<'_>, index: &str) -> bool {
    let earlier = &cx.migration.statements[..cx.at];
    let same = |name: &Name| name.name == index;
    earlier.iter().any(|statement| match &statement.action {
        Action::Drop(drop) => {
            drop.kind == ObjectKind::Relation(RelationKind::Index) && drop.names.iter().any(same)
        }
        _ => false,
    })
}
