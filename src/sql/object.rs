//! CREATE and ALTER of objects that belong to no relation: functions, schemas, extensions, roles, operators, foreign servers and others.

use super::cursor::Cursor;
use super::object_kind::{Kind, eat_kind};
use super::user_type::renamed;
use super::utility::{is_on, outside_transaction, utility};
use crate::ir::{Action, CreateObject, Name, ObjectKind, RenameObject};

/// Reads CREATE.
pub(super) fn create_object(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("create")?;
    let or_replace = cursor.eat("or replace");
    cursor.eat("default");
    let kind = eat_kind(cursor)?;
    if !stands_alone(kind.kind) {
        return None;
    }
    let if_not_exists = cursor.eat("if not exists");
    let name = match kind.words {
        "schema" => schema(cursor),
        words if has_no_name(words) => None,
        _ => Some(cursor.name()?),
    };
    let rest = cursor.rest();
    if name.is_none() && rest.is_empty() {
        return None;
    }
    match kind.kind {
        ObjectKind::Database | ObjectKind::Tablespace => {
            Some(outside_transaction(&label(kind, "create")))
        }
        ObjectKind::Subscription if makes_slot(rest) => {
            Some(outside_transaction("create-subscription"))
        }
        ObjectKind::Extension if !is_extension(rest) => None,
        _ => Some(Action::CreateObject(CreateObject {
            if_not_exists,
            or_replace,
            ..made(kind, name, false)
        })),
    }
}

/// Reads ALTER.
pub(super) fn alter_object(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("alter")?;
    if cursor.eat("system") {
        cursor.eat_any(&["set", "reset"])?;
        let setting = cursor.rest();
        return (!setting.is_empty()).then(|| outside_transaction("alter-system"));
    }
    let kind = eat_kind(cursor)?;
    if !stands_alone(kind.kind) && kind.kind != ObjectKind::Statistics {
        return None;
    }
    cursor.eat("if exists");
    let name = if has_no_name(kind.words) {
        None
    } else {
        cursor.name()
    };
    let rest = cursor.rest();
    let mut behind = rest;
    behind.skip_parentheses();
    if let Some((name, to)) = name
        .as_ref()
        .and_then(|name| Some((name, renamed(&mut behind, name)?)))
    {
        return Some(Action::RenameObject(RenameObject {
            kind: kind.kind,
            name: name.clone(),
            to,
            label: label(kind, "alter"),
        }));
    }
    if rest.is_empty() && kind.kind != ObjectKind::Database && kind.kind != ObjectKind::Role {
        return None;
    }
    match kind.kind {
        ObjectKind::Database if rest.at("set tablespace") => {
            Some(outside_transaction("alter-database"))
        }
        ObjectKind::Subscription if refreshes(rest) => {
            Some(outside_transaction("alter-subscription"))
        }
        _ => Some(Action::CreateObject(made(kind, name, true))),
    }
}

fn made(kind: Kind, name: Option<Name>, alter: bool) -> CreateObject {
    CreateObject {
        kind: kind.kind,
        name,
        alter,
        if_not_exists: false,
        or_replace: false,
        label: label(kind, if alter { "alter" } else { "create" }),
    }
}

fn label(kind: Kind, verb: &str) -> String {
    format!("{verb}-{}", kind.words.replace(' ', "-"))
}

/// Whether objects of this kind hang on no relation and have no family of their own.
fn stands_alone(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::Function
            | ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Subscription
            | ObjectKind::Database
            | ObjectKind::Tablespace
            | ObjectKind::Role
            | ObjectKind::Other
    )
}

/// Kinds whose objects are not named by a plain name.
fn has_no_name(words: &str) -> bool {
    matches!(
        words,
        "cast"
            | "transform"
            | "user mapping"
            | "operator"
            | "operator class"
            | "operator family"
            | "large object"
    )
}

/// `CREATE SCHEMA name` or `CREATE SCHEMA AUTHORIZATION role`, which is the name too.
fn schema(cursor: &mut Cursor) -> Option<Name> {
    cursor.eat("authorization");
    cursor.name()
}

fn is_extension(mut rest: Cursor) -> bool {
    rest.eat("with");
    while rest.eat_any(&["schema", "version", "from"]).is_some() {
        if rest.string().is_none() && rest.identifier().is_none() {
            return false;
        }
        rest.eat("cascade");
    }
    rest.eat("cascade");
    rest.eat_any(&["schema", "version"]);
    rest.is_empty() || rest.label().is_some() && rest.is_empty()
}

/// Whether CREATE SUBSCRIPTION makes a replication slot, which no transaction block allows (`subscriptioncmds.c`).
fn makes_slot(mut rest: Cursor) -> bool {
    rest.until(|ahead| ahead.at("with"));
    rest.eat("with");
    let Some(options) = rest.parentheses() else {
        return true;
    };
    let switched_off = |mut option: Cursor| {
        option.eat_any(&["create_slot", "connect"]).is_some() && {
            option.eat_operator("=");
            !is_on(option)
        }
    };
    !options.commas().any(switched_off)
}

/// Whether ALTER SUBSCRIPTION fetches the tables of its publications again, which no transaction block allows.
fn refreshes(rest: Cursor) -> bool {
    const FORMS: &[&str] = &[
        "refresh publication",
        "set publication",
        "add publication",
        "drop publication",
    ];
    let mut options = rest;
    options.until(|ahead| ahead.at("with"));
    options.eat("with");
    let mut options = options.parentheses().into_iter().flat_map(Cursor::commas);
    let unasked = options.any(|mut option| {
        option.eat("refresh") && {
            option.eat_operator("=");
            !is_on(option)
        }
    });
    !unasked && FORMS.iter().any(|words| rest.at(words))
}

/// Reads IMPORT FOREIGN SCHEMA.
pub(super) fn import_foreign_schema(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("import foreign schema")?;
    cursor.identifier()?;
    cursor.until(|ahead| ahead.at("from server"));
    cursor.expect("from server")?;
    cursor.identifier()?;
    cursor.expect("into")?;
    cursor.identifier()?;
    if cursor.eat("options") {
        cursor.parentheses()?;
    }
    Some(utility("import-foreign-schema"))
}

/// Reads REASSIGN OWNED.
pub(super) fn reassign_owned(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("reassign owned by")?;
    let roles = cursor.until(|ahead| ahead.at("to"));
    let roles = roles.commas().map(|mut role| role.label());
    let roles = roles.collect::<Option<Vec<_>>>()?;
    cursor.expect("to")?;
    Some(Action::Owned {
        drop: false,
        roles,
        to: Some(cursor.label()?),
    })
}
