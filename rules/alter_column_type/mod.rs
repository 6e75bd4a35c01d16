//! A change of type that rewrites the table, or builds its indexes anew, while nobody can use it.

use crate::effects::{Reason, Work};
use crate::finding::{Finding, Remedy};
use crate::ir::{AlterAction, AlterTable, TypeName};
use crate::postgres::Version;
use crate::rule::{Blocking, Category, Context, Kind, Rule, Severity, effects};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    cx.subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::AlterColumnType { column, ty, .. } => finding(cx, alter, at, column, ty),
            _ => None,
        })
        .collect()
}

fn finding(
    cx: &Context<'_>,
    alter: &AlterTable,
    command: usize,
    column: &str,
    to: &TypeName,
) -> Option<Finding> {
    let work = cx.blocking_of(command);
    // The table itself comes first; what a foreign key adds on another table is said beside it.
    let most = work.iter().map(|work| work.part.work).max()?;
    let chief = work.iter().find(|work| work.part.work == most)?;
    let others = effects(work);
    let table = cx.display(&alter.name);
    let from = cx
        .catalog
        .find(&alter.name)
        .and_then(|relation| relation.column(column))
        .and_then(|column| column.ty.as_ref());
    let change = from.map_or_else(
        || format!("making {table}.{column} {to}"),
        |from| format!("changing {table}.{column} from {from} to {to}"),
    );
    let (verb, done) = match (chief.part.work, chief.part.reason) {
        (Work::Rewrite, _) => (
            "rewrites the table",
            "every row and every index is written anew",
        ),
        (Work::IndexBuild, _) => ("builds an index anew", "the index on it is built anew"),
        (_, Reason::ForeignKey) => ("checks a foreign key again", "every row is looked up again"),
        _ => ("checks a constraint again", "every row is checked again"),
    };
    let found = cx
        .blocking_finding(chief, &others)
        .says(
            format!("{change} {verb} while nobody can read or write it"),
            format!(
                "{} on {table} until commit, while {done}",
                chief.lock.sql_name()
            ),
        )
        .remedy(Remedy::NewColumn { computed: false })
        .note(unless(chief));
    Some(found.build())
}

fn unless(work: &Blocking<'_>) -> Option<String> {
    let condition = work.part.unless.as_ref()?;
    Some(format!(
        "if {condition}, this is instant: the history does not tell"
    ))
}
