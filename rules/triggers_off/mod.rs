//! Where triggers are off, foreign keys are not checked and nothing fires.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{
    Action, AlterAction, AlterTable, Family, Name, SetVariable, TriggerSet, TriggerState,
};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::schema::Relation;

pub const RULE: Rule = Rule {
    category: Category::Data,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::AlterTable, Family::Set], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    if let Action::Set(set) = &cx.statement.action {
        return session(cx, set).into_iter().collect();
    }
    let found = cx
        .subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::Trigger {
                state: TriggerState::Disable,
                which,
            } => disabled(cx, (at, alter), which),
            _ => None,
        });
    found.collect()
}

fn disabled(
    cx: &Context<'_>,
    (at, alter): (usize, &AlterTable),
    which: &TriggerSet,
) -> Option<Finding> {
    let effect = cx.on_earlier(&alter.name)?;
    let table = cx.catalog.get(effect.id);
    let keys = *which == TriggerSet::All && has_keys(cx, table);
    let again = is_enabled_later(cx, &alter.name, which);
    let written = is_written_later(cx, &alter.name);
    let level = match (again, cx.step.in_transaction) {
        (false, _) => Level::Error,
        // Others write as well, between the two.
        (true, false) => Level::Warning,
        (true, true) if !written => return None,
        (true, true) if keys => Level::Warning,
        (true, true) => Level::Info,
    };
    let name = table.display_name();
    let what = match which {
        TriggerSet::All if keys => "foreign keys are not checked and no trigger fires".to_owned(),
        TriggerSet::All | TriggerSet::User => "no trigger fires".to_owned(),
        TriggerSet::Named(trigger) => format!("{trigger} does not fire"),
    };
    let label = if again {
        "nothing looks at these rows again when it is enabled"
    } else {
        "nothing in the migration enables it again"
    };
    let found = cx.finding(at, effect.id, Harm::LosesData).level(level);
    let found = found.says(
        format!("{what} for what is written to {name} from here on"),
        label,
    );
    Some(
        found
            .effects([effect])
            .remedy(Remedy::EnableTriggers)
            .build(),
    )
}

/// Whether it refers to other tables or they to it, as far as is known.
fn has_keys(cx: &Context<'_>, table: &Relation) -> bool {
    !table.complete
        || cx.catalog.foreign_keys(table.id).next().is_some()
        || cx.catalog.referencing(table.id).next().is_some()
}

fn is_enabled_later(cx: &Context<'_>, table: &Name, which: &TriggerSet) -> bool {
    let mut later = cx.later_subcommands(table);
    later.any(|action| match action {
        AlterAction::Trigger {
            state,
            which: enabled,
        } => {
            let covers = enabled == which
                || *enabled == TriggerSet::All
                || *enabled == TriggerSet::User && matches!(which, TriggerSet::Named(_));
            *state != TriggerState::Disable && covers
        }
        _ => false,
    })
}

/// Whether the migration writes rows to a table behind the statement.
fn is_written_later(cx: &Context<'_>, table: &Name) -> bool {
    let wanted = cx.catalog.qualified(table);
    let is_it = |name: &Name| cx.catalog.qualified(name) == wanted;
    let mut later = cx.migration.statements[cx.at..].iter();
    later.any(|statement| match &statement.action {
        Action::Dml(dml) => {
            let also = dml.writes.iter().map(|(_, name)| name);
            dml.target.iter().chain(also).any(is_it)
        }
        Action::Copy { table, from, .. } => *from && table.as_ref().is_some_and(is_it),
        Action::Do { .. } | Action::Call { .. } => true,
        _ => false,
    })
}

/// `session_replication_role = replica`: what writes in the session fires no triggers and checks no foreign keys.
fn session(cx: &Context<'_>, set: &SetVariable) -> Option<Finding> {
    let is_off = |set: &SetVariable| {
        let value = set.value.as_ref().and_then(|value| value.first());
        set.name == "session_replication_role"
            && value.is_some_and(|value| value.eq_ignore_ascii_case("replica"))
    };
    if !is_off(set) {
        return None;
    }
    let mut later = cx.migration.statements[cx.at + 1..].iter();
    let back = set.local
        || later.any(|statement| match &statement.action {
            Action::Set(other) => {
                let named =
                    ["session_replication_role", "all", "discard"].contains(&other.name.as_str());
                named && !is_off(other)
            }
            _ => false,
        });
    let (level, label) = if back {
        (
            Level::Warning,
            "nothing looks at these rows again when it is set back",
        )
    } else {
        (
            Level::Error,
            "nothing in the migration sets it back, and the connection may be used again",
        )
    };
    let found = cx.finding_of_statement(Harm::LosesData).level(level).says(
        "foreign keys are not checked and no trigger fires for what is written from here on",
        label,
    );
    Some(found.remedy(Remedy::EnableTriggers).build())
}
