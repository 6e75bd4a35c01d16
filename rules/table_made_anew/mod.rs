//! A table that is dropped and made anew has lost its rows.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, Name, ObjectKind, RelationKind};
use crate::postgres::Version;
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
    let Action::Drop(drop) = &cx.statement.action else {
        return Vec::new();
    };
    if drop.kind != ObjectKind::Relation(RelationKind::Table) {
        return Vec::new();
    }
    drop.names
        .iter()
        .filter_map(|name| lost(cx, name))
        .collect()
}

fn lost(cx: &Context<'_>, name: &Name) -> Option<Finding> {
    let effect = cx.on_earlier(name)?;
    let table = cx.catalog.get(effect.id);
    // Its rows were read for another table: there is a copy.
    let copied = table
        .copied
        .is_some_and(|copied| !cx.catalog.is_deployed(Some(copied)));
    let emptied = table.emptied;
    let emptied = emptied.is_some_and(|emptied| !cx.catalog.is_deployed(Some(emptied.at)));
    if table.kind != RelationKind::Table || emptied || copied {
        return None;
    }
    let taking = cx.made_later(ObjectKind::Relation(RelationKind::Table), name)?;
    // A view shows what is elsewhere.
    if matches!(taking, Action::CreateView(_)) {
        return None;
    }
    let unused = cx.catalog.is_unused(table, None) || is_filled_again(cx, taking);
    let name = table.display_name();
    let found = cx.finding(0, effect.id, Harm::LosesData).level(if unused {
        Level::Info
    } else {
        Level::Error
    });
    let found = found.says(
        format!("all rows of {name} are lost: it is dropped and made anew"),
        "code goes on, and does not find them; there is no way back but a backup",
    );
    Some(found.effects([effect]).remedy(Remedy::KeepRows).build())
}

/// Whether a query makes its rows anew, of what other tables hold.
fn is_filled_again(cx: &Context<'_>, taking: &Action) -> bool {
    match taking {
        Action::CreateTableAs(create) => create.with_data,
        Action::AlterTable(alter) => {
            let taking = cx.catalog.find(&alter.name);
            taking.is_some_and(|table| table.filled)
        }
        _ => false,
    }
}
