//! A privilege that is taken away breaks code that runs with it.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{Action, Family, Name, ObjectKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::Grant], check),
};

/// What only those need who change the schema.
const OF_SCHEMA_CHANGES: [&str; 6] = [
    "create",
    "references",
    "trigger",
    "temporary",
    "temp",
    "maintain",
];

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Grant {
        revoke: true,
        relations,
        all_in_schema,
        sequences,
        columns,
        membership,
        privileges,
        roles,
        others,
        ..
    } = &cx.statement.action
    else {
        return Vec::new();
    };
    let needed = |privilege: &String| !OF_SCHEMA_CHANGES.contains(&privilege.as_str());
    let roles: Vec<&String> = roles
        .iter()
        .filter(|role| *role != "public" || others.is_some())
        .collect();
    if roles.is_empty() || !privileges.iter().any(needed) {
        return Vec::new();
    }
    let tables = relations.iter().filter(|name| {
        let known = cx.catalog.find(name);
        let deployed = known.is_none_or(|table| cx.catalog.is_deployed(table.created));
        deployed && !is_granted_later(cx, name, privileges, &roles)
    });
    let tables: Vec<&Name> = tables.collect();
    let mut on: Vec<String> = tables.iter().map(|name| cx.display(name)).collect();
    let all = if *sequences { "sequences" } else { "tables" };
    on.extend(
        all_in_schema
            .iter()
            .map(|schema| format!("all {all} of {schema}")),
    );
    if let Some((kind, names)) = others {
        on.extend(
            names
                .iter()
                .filter(|name| is_used(cx, *kind, name))
                .map(ToString::to_string),
        );
    }
    if on.is_empty() && !membership {
        return Vec::new();
    }
    let on_one = on.len() == 1 && !membership;
    let to_all = |roles: &[&String]| roles.iter().map(|role| role.as_str()).collect::<Names>();
    let what: Names = privileges.iter().collect();
    let from = to_all(&roles);
    let on: Names = on.iter().collect();
    let place = match (membership, columns) {
        (true, _) => String::new(),
        (false, true) => format!(" on columns of {on}"),
        (false, false) => format!(" on {on}"),
    };
    let only = tables.first().filter(|_| on_one);
    let found = match only.and_then(|name| cx.catalog.find(name)) {
        Some(table) => cx.finding(0, table.id, Harm::BreaksCode),
        None => cx.finding_of_statement(Harm::BreaksCode),
    };
    let found = found.says(
        format!("{from} loses {what}{place}: statements of running code that need it fail"),
        "it is refused from the commit on, in sessions that are open too",
    );
    vec![found.remedy(Remedy::RevokeLater).build()]
}

/// Whether what is no relation was there before, and code that runs uses it.
fn is_used(cx: &Context<'_>, kind: ObjectKind, name: &Name) -> bool {
    let kinds = [
        ObjectKind::Function,
        ObjectKind::Schema,
        ObjectKind::Type,
        ObjectKind::Database,
    ];
    kinds.contains(&kind) && cx.catalog.is_deployed_object(kind, name)
}

/// Whether the migration gives the same roles the same again, as where it sets all of them anew.
fn is_granted_later(
    cx: &Context<'_>,
    name: &Name,
    privileges: &[String],
    roles: &[&String],
) -> bool {
    let mut later = cx.done_later(name);
    later.any(|action| match action {
        Action::Grant {
            revoke: false,
            privileges: given,
            roles: to,
            ..
        } => {
            let all = given.iter().any(|one| one == "all");
            let same = all || privileges.iter().all(|one| given.contains(one));
            same && roles.iter().all(|role| to.contains(role))
        }
        _ => false,
    })
}
