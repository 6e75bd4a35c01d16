//! DROP of everything.

use super::cursor::Cursor;
use super::object_kind::eat_kind;
use super::procedural::arguments;
use super::types::data_type;
use crate::ir::{Action, Drop, Name, ObjectKind};

/// Reads DROP.
pub(super) fn drop(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("drop")?;
    if cursor.eat("owned by") {
        let roles = cursor.until(|ahead| ahead.at("cascade") || ahead.at("restrict"));
        let roles = roles.commas().map(|mut role| role.label());
        let roles = roles.collect::<Option<Vec<_>>>()?;
        cursor.eat_any(&["cascade", "restrict"]);
        return Some(Action::Owned {
            drop: true,
            roles,
            to: None,
        });
    }
    let kind = eat_kind(cursor)?;
    let mut drop = Drop {
        kind: kind.kind,
        names: Vec::new(),
        on: None,
        concurrently: kind.words == "index" && cursor.eat("concurrently"),
        if_exists: cursor.eat("if exists"),
        cascade: false,
        arguments: Vec::new(),
    };
    match drop.kind {
        ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy => {
            drop.names.push(cursor.name()?);
            cursor.expect("on")?;
            drop.on = Some(cursor.name()?);
        }
        ObjectKind::Function => (drop.names, drop.arguments) = signatures(cursor)?,
        ObjectKind::Other => drop.names = others(cursor, kind.words)?,
        ObjectKind::Database => {
            drop.names.push(cursor.name()?);
            cursor.eat("with");
            cursor.skip_parentheses();
        }
        ObjectKind::Type | ObjectKind::Domain => drop.names = types(cursor)?,
        ObjectKind::Role => cursor.roles()?,
        ObjectKind::Column | ObjectKind::Constraint => return None,
        _ => drop.names = cursor.names()?,
    }
    drop.cascade = cursor.eat_any(&["cascade", "restrict"]) == Some("cascade");
    Some(Action::Drop(drop))
}

/// Takes types as they are written elsewhere, with parentheses and brackets if need be.
fn types(cursor: &mut Cursor) -> Option<Vec<Name>> {
    let mut names = vec![data_type(cursor)?.name];
    while cursor.eat_symbol(b',') {
        names.push(data_type(cursor)?.name);
    }
    Some(names)
}

/// Takes functions with or without their arguments, and counts these.
fn signatures(cursor: &mut Cursor) -> Option<(Vec<Name>, Vec<Option<usize>>)> {
    let (mut names, mut counts) = (Vec::new(), Vec::new());
    loop {
        names.push(cursor.name()?);
        counts.push(cursor.parentheses().map(|list| arguments(list).all));
        if !cursor.eat_symbol(b',') {
            return Some((names, counts));
        }
    }
}

/// Takes the objects that belong to no relation; casts, transforms, user mappings and operators have no plain name.
fn others(cursor: &mut Cursor, words: &str) -> Option<Vec<Name>> {
    let plain = match words {
        "cast" => {
            cursor.parentheses()?;
            false
        }
        "transform" | "user mapping" | "operator" | "operator class" | "operator family" => {
            let rest = cursor.until(|ahead| ahead.at("cascade") || ahead.at("restrict"));
            if rest.is_empty() {
                return None;
            }
            false
        }
        "large object" => return None,
        _ => true,
    };
    if plain {
        cursor.names()
    } else {
        Some(Vec::new())
    }
}
