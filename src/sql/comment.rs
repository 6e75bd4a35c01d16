//! COMMENT ON, and SECURITY LABEL, which takes the same lock on what it names.

use super::cursor::Cursor;
use super::object_kind::eat_kind;
use crate::ir::{Action, Name, ObjectKind};

/// Reads COMMENT ON.
pub(super) fn comment(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("comment on")?;
    described(cursor)
}

/// Reads SECURITY LABEL.
pub(super) fn security_label(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("security label")?;
    if cursor.eat("for") && cursor.string().is_none() {
        cursor.identifier()?;
    }
    cursor.expect("on")?;
    described(cursor)
}

/// Takes `kind object IS 'text'`.
fn described(cursor: &mut Cursor) -> Option<Action> {
    let kind = eat_kind(cursor)?.kind;
    let mut object = cursor.until(|ahead| ahead.at("is"));
    cursor.expect("is")?;
    if cursor.string().is_none() {
        cursor.expect("null")?;
    }
    let on = match kind {
        ObjectKind::Column => Some(table_of_column(&mut object)?),
        ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy => {
            Some(behind_on(&mut object)?)
        }
        ObjectKind::Constraint if is_of_domain(object) => None,
        ObjectKind::Constraint => Some(behind_on(&mut object)?),
        ObjectKind::Other => None,
        _ => {
            let name = object.name()?;
            object.skip_parentheses();
            object.is_empty().then_some(())?;
            Some(name)
        }
    };
    Some(Action::Comment { kind, on })
}

/// Takes `a.b.c` and gives all but its last part.
fn table_of_column(object: &mut Cursor) -> Option<Name> {
    let mut parts = vec![object.identifier()?];
    while object.eat_symbol(b'.') {
        parts.push(object.label()?);
    }
    parts.pop();
    let name = parts.pop()?;
    object.is_empty().then_some(Name {
        schema: parts.pop(),
        name,
    })
}

fn behind_on(object: &mut Cursor) -> Option<Name> {
    object.identifier()?;
    object.expect("on")?;
    object.name().filter(|_| object.is_empty())
}

/// Whether a constraint is a domain's rather than a table's, which may be called `domain` itself.
fn is_of_domain(mut object: Cursor) -> bool {
    object.identifier().is_some() && object.eat("on domain") && !object.is_empty()
}
