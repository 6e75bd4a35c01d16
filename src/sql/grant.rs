//! GRANT and REVOKE.

use super::cursor::Cursor;
use super::utility::utility;
use crate::ir::{Action, Name, ObjectKind};

/// Reads GRANT and REVOKE, of privileges and of roles.
pub(super) fn grant(cursor: &mut Cursor) -> Option<Action> {
    let revoke = cursor.eat_any(&["grant", "revoke"])? == "revoke";
    // The right to hand it on, not the privilege itself.
    let right_only = cursor
        .eat_any(&["grant option for", "admin option for"])
        .is_some();
    let end = if revoke { "from" } else { "to" };
    let privileges = cursor.until(|ahead| ahead.at("on") || ahead.at(end));
    if privileges.is_empty() {
        return None;
    }
    let mut relations = Vec::new();
    let mut all_in_schema = Vec::new();
    let (mut sequences, mut database, mut others) = (false, false, None);
    let membership = !cursor.at("on");
    if cursor.eat("on") {
        let objects = cursor.until(|ahead| ahead.at(end));
        sequences = objects.at("all sequences in schema");
        granted_on(objects, &mut relations, &mut all_in_schema)?;
        database = objects.at("database") && relations.is_empty();
        if relations.is_empty() && all_in_schema.is_empty() {
            others = others_in(objects);
        }
    }
    cursor.expect(end)?;
    let roles = cursor.rest();
    let privilege = |mut privilege: Cursor| privilege.label();
    let listed = privileges.commas().filter_map(privilege);
    (!roles.is_empty()).then_some(Action::Grant {
        privileges: listed.filter(|_| !right_only).collect(),
        roles: roles_in(roles),
        others,
        revoke,
        relations,
        all_in_schema,
        sequences,
        columns: privileges.commas().all(has_columns),
        database,
        membership,
    })
}

/// The roles of `a, GROUP b WITH GRANT OPTION`, or of `a CASCADE`.
fn roles_in(list: Cursor) -> Vec<String> {
    let role = |mut role: Cursor| {
        let mut ahead = role;
        if ahead.eat("group") && !ahead.is_empty() {
            role = ahead;
        }
        role.label()
    };
    list.commas().filter_map(role).collect()
}

/// The functions, schemas or types that privileges are of.
fn others_in(mut objects: Cursor) -> Option<(ObjectKind, Vec<Name>)> {
    const KINDS: &[(&str, ObjectKind)] = &[
        ("function", ObjectKind::Function),
        ("procedure", ObjectKind::Function),
        ("routine", ObjectKind::Function),
        ("schema", ObjectKind::Schema),
        ("type", ObjectKind::Type),
        ("domain", ObjectKind::Domain),
        ("database", ObjectKind::Database),
    ];
    let kind = objects.eat_one_of(KINDS)?;
    let names = objects.commas().map(|mut object| object.name());
    Some((kind, names.collect::<Option<_>>()?))
}

/// Whether a privilege is one on columns: `SELECT (a, b)`.
fn has_columns(mut privilege: Cursor) -> bool {
    privilege.next();
    privilege.at_symbol(b'(')
}

fn granted_on(
    mut objects: Cursor,
    relations: &mut Vec<Name>,
    all_in_schema: &mut Vec<String>,
) -> Option<()> {
    const OTHERS: &[&str] = &[
        "all functions in schema",
        "all procedures in schema",
        "all routines in schema",
        "database",
        "domain",
        "foreign data wrapper",
        "foreign server",
        "function",
        "procedure",
        "routine",
        "language",
        "large object",
        "parameter",
        "schema",
        "tablespace",
        "type",
    ];
    const RELATIONS: &[&str] = &["all tables in schema", "all sequences in schema"];
    if objects.eat_any(RELATIONS).is_some() {
        let schemas = objects.names()?;
        all_in_schema.extend(schemas.into_iter().map(|schema| schema.name));
        return objects.is_empty().then_some(());
    }
    let mut named = objects;
    // A table may be called like a kind: then nothing or a comma follows.
    let other = named.eat_any(OTHERS).is_some() && !named.is_empty();
    if other && !named.at_symbol(b',') && !named.at_symbol(b'.') {
        return Some(());
    }
    objects.eat_any(&["table", "sequence"]);
    *relations = objects.names()?;
    objects.is_empty().then_some(())
}

/// Reads ALTER DEFAULT PRIVILEGES, which changes no relation that exists.
pub(super) fn default_privileges(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("alter default privileges")?;
    cursor.until(|ahead| ahead.at("grant") || ahead.at("revoke"));
    cursor.eat_any(&["grant", "revoke"])?;
    let rest = cursor.rest();
    (!rest.is_empty()).then(|| utility("alter-default-privileges"))
}
