//! Dropping or renaming a function breaks code that calls it.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{Action, Drop, Family, Name, ObjectKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::Drop, Family::Object], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let (doing, gone) = match &cx.statement.action {
        Action::Drop(drop) if drop.kind == ObjectKind::Function => ("dropping", dropped(cx, drop)),
        Action::RenameObject(renamed) if renamed.kind == ObjectKind::Function => {
            let name = &renamed.name;
            let gone = is_called(cx, name) && !is_made_again(cx, name, None);
            ("renaming", gone.then_some(name).into_iter().collect())
        }
        _ => return Vec::new(),
    };
    if gone.is_empty() {
        return Vec::new();
    }
    let names: Names = gone.iter().map(ToString::to_string).collect();
    let (them, are) = match gone[..] {
        [_] => ("it", "is"),
        _ => ("them", "are"),
    };
    let changed = gone.iter().all(|name| {
        let mut made = cx.all_made(ObjectKind::Function, name);
        made.next().is_some()
    });
    let label = if changed {
        format!("{names} {are} made anew, with other arguments")
    } else {
        format!("no function is called {names} from the commit on")
    };
    let found = cx.finding_of_statement(Harm::BreaksCode).says(
        format!("{doing} {names} breaks running code that calls {them}"),
        label,
    );
    vec![found.remedy(Remedy::KeepFunction).build()]
}

/// The functions that code may call, and that are not there behind the migration.
fn dropped<'a>(cx: &Context<'a>, drop: &'a Drop) -> Vec<&'a Name> {
    let names = drop.names.iter().enumerate();
    let gone = names.filter(|(at, name)| {
        let missing = drop.if_exists
            && cx
                .catalog
                .is_surely_missing_object(ObjectKind::Function, name);
        let given = drop.arguments.get(*at).copied().flatten();
        !missing && is_called(cx, name) && !is_made_again(cx, name, given)
    });
    gone.map(|(_, name)| name).collect()
}

/// Whether code that runs may call it: a trigger's function is called by its trigger alone.
fn is_called(cx: &Context<'_>, name: &Name) -> bool {
    let known = cx.catalog.routines(name);
    let trigger = !known.is_empty() && known.iter().all(|function| function.is_trigger);
    cx.catalog.is_deployed_object(ObjectKind::Function, name) && !trigger
}

/// Whether the migration makes a function, before or after, that takes as many arguments.
fn is_made_again(cx: &Context<'_>, name: &Name, given: Option<usize>) -> bool {
    let given = given.or_else(|| match cx.catalog.routines(name) {
        [only] => Some(only.arguments.all),
        _ => None,
    });
    let mut made = cx.all_made(ObjectKind::Function, name);
    made.any(|made| match made {
        Action::CreateRoutine(create) => given.is_none_or(|given| create.arguments.take(given)),
        _ => true,
    })
}
