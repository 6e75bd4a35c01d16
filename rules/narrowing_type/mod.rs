//! A type that cannot hold all values rounds them, or the migration fails on them.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{AlterAction, AlterTable, ConstraintKind, Expr, ExprNode, TypeName};
use crate::postgres::Version;
use crate::postgres::narrowing::{Narrowing, narrowing};
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Data,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let found = cx
        .subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::AlterColumnType {
                column, ty, using, ..
            } => narrowed(cx, (at, alter), column, (ty, using.as_ref())),
            _ => None,
        });
    found.collect()
}

fn narrowed(
    cx: &Context<'_>,
    (at, alter): (usize, &AlterTable),
    column: &str,
    (ty, using): (&TypeName, Option<&Expr>),
) -> Option<Finding> {
    let effect = cx.on_earlier(&alter.name)?;
    let table = cx.catalog.get(effect.id);
    let before = table.column(column)?.ty.as_ref()?;
    if cx.is_new_column(&alter.name, column) || cx.is_emptied(&alter.name) {
        return None;
    }
    let base = |ty: &TypeName| {
        cx.catalog
            .domain(ty)
            .map_or_else(|| ty.clone(), |domain| domain.ty.clone())
    };
    let (old, new) = (base(before), base(ty));
    if old.array != new.array {
        return None;
    }
    let from = (old.name.name.as_str(), old.modifiers.as_slice());
    let to = (new.name.name.as_str(), new.modifiers.as_slice());
    let (level, what, label) = match (narrowing(from, to)?, cast(using, column)) {
        // Whoever writes how it is worked out knows what it does.
        (_, Cast::Other) => return None,
        (Narrowing::Refuses("22001"), Cast::Written) | (Narrowing::Rounds, _) => (
            Level::Error,
            "loses",
            "what does not fit is rounded or cut, and gone at commit",
        ),
        (Narrowing::RoundsLarge, _) => (
            Level::Warning,
            "may lose",
            "large values are rounded, and gone at commit",
        ),
        (Narrowing::Refuses(_), _) => (
            Level::Warning,
            "may not hold",
            "one value that does not fit, and the migration fails",
        ),
    };
    let checked = table.constraints.iter().any(|constraint| {
        constraint.valid
            && matches!(constraint.kind, ConstraintKind::Check(_))
            && constraint.is_about(column)
    });
    // A CHECK may say that all fit.
    let mild = checked || cx.catalog.is_unused(table, Some(column));
    let level = if mild && level == Level::Warning {
        Level::Info
    } else {
        level
    };
    let name = table.display_name();
    let found = cx
        .finding(at, effect.id, Harm::LosesData)
        .level(level)
        .says(
            format!("{ty} {what} what {name}.{column} holds as {before}"),
            label,
        );
    Some(
        found
            .effects([effect])
            .remedy(Remedy::KeepPrecision)
            .build(),
    )
}

/// How USING makes the new value.
enum Cast {
    /// As an assignment, which refuses what is too long.
    Assigned,
    /// By a cast, which cuts it.
    Written,
    Other,
}

fn cast(using: Option<&Expr>, column: &str) -> Cast {
    match using.map(|using| &using.node) {
        None => Cast::Assigned,
        Some(ExprNode::Column(named)) if named.name == column => Cast::Assigned,
        Some(ExprNode::Cast { expr, .. }) => match &**expr {
            ExprNode::Column(named) if named.name == column => Cast::Written,
            _ => Cast::Other,
        },
        _ => Cast::Other,
    }
}
