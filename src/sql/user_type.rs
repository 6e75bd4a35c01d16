//! Types, domains and sequences.

use super::alter_table::owner;
use super::column::default_expression;
use super::constraint::{column_kind, references, stray_attribute};
use super::cursor::Cursor;
use super::expr::expression;
use super::types::data_type;
use crate::ir::{
    Action, CreateObject, DomainChange, Expr, LabelPlace, Name, ObjectKind, RenameObject, TypeName,
};

/// Reads CREATE TYPE: an enum, or a composite, range, base or shell type.
pub(super) fn create_type(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("create type")?;
    let name = cursor.name()?;
    if cursor.eat("as enum") {
        let labels = cursor.parentheses()?.commas();
        let labels = labels.map(|mut label| label.string());
        return Some(Action::CreateEnum {
            name,
            labels: labels.collect::<Option<_>>().unwrap_or_default(),
        });
    }
    if cursor.eat("as range") {
        cursor.parentheses()?;
    } else if cursor.eat("as") {
        cursor.parentheses()?;
        return Some(Action::CreateComposite { name });
    } else {
        cursor.skip_parentheses();
    }
    Some(type_object(name, false))
}

fn type_object(name: Name, alter: bool) -> Action {
    let label = if alter { "alter-type" } else { "create-type" };
    Action::CreateObject(CreateObject {
        kind: ObjectKind::Type,
        name: Some(name),
        alter,
        if_not_exists: false,
        or_replace: false,
        label: label.to_string(),
    })
}

/// Reads ALTER TYPE.
pub(super) fn alter_type(cursor: &mut Cursor) -> Option<Action> {
    const FORMS: &[&str] = &[
        "rename",
        "owner to",
        "add attribute",
        "drop attribute",
        "alter attribute",
    ];
    cursor.expect("alter type")?;
    let name = cursor.name()?;
    if cursor.eat("add value") {
        let if_not_exists = cursor.eat("if not exists");
        let value = cursor.string()?;
        let place = match cursor.eat_any(&["before", "after"]) {
            Some("before") => Some(LabelPlace::Before(cursor.string()?)),
            Some(_) => Some(LabelPlace::After(cursor.string()?)),
            None => None,
        };
        return Some(Action::AlterEnumAddValue {
            name,
            value,
            if_not_exists,
            place,
        });
    }
    let mut ahead = *cursor;
    if ahead.eat("rename value") {
        let from = ahead.string()?;
        ahead.expect("to")?;
        let to = ahead.string()?;
        *cursor = ahead;
        return Some(Action::AlterEnumRenameValue { name, from, to });
    }
    if let Some(to) = renamed(cursor, &name) {
        return Some(Action::RenameObject(RenameObject {
            kind: ObjectKind::Type,
            name,
            to,
            label: "alter-type".to_owned(),
        }));
    }
    if cursor.eat("set") && cursor.at_symbol(b'(') {
        cursor.parentheses()?;
    } else {
        let form = cursor.eat_any(FORMS)?;
        let attribute = form.ends_with("attribute") || form == "rename" && cursor.at("attribute");
        cursor.rest();
        if attribute {
            return Some(Action::AlterComposite { name });
        }
    }
    Some(type_object(name, true))
}

/// Takes `RENAME TO name` or `SET SCHEMA name` behind an object: its name from then on.
pub(super) fn renamed(cursor: &mut Cursor, name: &Name) -> Option<Name> {
    if cursor.eat("rename to") {
        return Some(Name {
            name: cursor.identifier()?,
            ..name.clone()
        });
    }
    cursor.expect("set schema")?;
    Some(Name {
        schema: Some(cursor.identifier()?),
        ..name.clone()
    })
}

/// Reads CREATE DOMAIN.
pub(super) fn create_domain(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("create domain")?;
    let name = cursor.name()?;
    cursor.eat("as");
    let ty = data_type(cursor)?;
    let mut not_null = false;
    let mut default: Option<Expr> = None;
    let mut checks = Vec::new();
    while !cursor.is_empty() {
        if cursor.eat("constraint") {
            cursor.identifier()?;
        }
        if cursor.eat("collate") {
            cursor.name()?;
        } else if cursor.eat("default") {
            default = Some(default_expression(cursor));
        } else if cursor.eat("check") {
            checks.push(expression(cursor.parentheses()?));
        } else if cursor.eat("not null") {
            not_null = true;
        } else if !cursor.eat("null") {
            refused_qualifier(cursor)?;
        }
    }
    Some(Action::CreateDomain {
        name,
        ty,
        not_null,
        default,
        checks,
    })
}

/// Takes a column's qualifier that the grammar shares with domains (`ColQualList`), and that PostgreSQL then refuses for most.
fn refused_qualifier(cursor: &mut Cursor) -> Option<()> {
    if stray_attribute(cursor) {
        return Some(());
    }
    if cursor.eat("references") {
        return references(cursor, Vec::new(), false).map(|_| ());
    }
    if cursor.eat("generated") {
        cursor.until(|ahead| ahead.at("as"));
        cursor.expect("as")?;
        cursor.eat("identity");
        cursor.skip_parentheses();
        cursor.eat_any(&["stored", "virtual"]);
        return Some(());
    }
    column_kind(cursor, Some("")).map(|_| ())
}

/// Reads ALTER DOMAIN.
pub(super) fn alter_domain(cursor: &mut Cursor) -> Option<Action> {
    const CHANGES: &[(&str, DomainChange)] = &[
        ("set default", DomainChange::SetDefault),
        ("drop default", DomainChange::DropDefault),
        ("set not null", DomainChange::SetNotNull),
        ("drop not null", DomainChange::DropNotNull),
        ("drop constraint", DomainChange::DropConstraint),
        ("validate constraint", DomainChange::ValidateConstraint),
        ("rename constraint", DomainChange::RenameConstraint),
        ("owner to", DomainChange::OwnerTo),
    ];
    cursor.expect("alter domain")?;
    let name = cursor.name()?;
    if let Some(to) = renamed(cursor, &name) {
        return Some(Action::RenameObject(RenameObject {
            kind: ObjectKind::Domain,
            name,
            to,
            label: "alter-domain".to_owned(),
        }));
    }
    let mut change = DomainChange::AddCheck;
    let mut not_valid = false;
    if cursor.eat("add") {
        if cursor.eat("constraint") {
            cursor.identifier()?;
        }
        if cursor.eat("not null") {
            change = DomainChange::SetNotNull;
        } else {
            cursor.expect("check")?;
            cursor.parentheses()?;
        }
        not_valid = cursor.eat("not valid");
    } else {
        change = cursor.eat_one_of(CHANGES)?;
        cursor.rest();
    }
    Some(Action::AlterDomain {
        name,
        change,
        not_valid,
    })
}

/// The type behind AS.
fn counts(mut options: Cursor) -> Option<TypeName> {
    options.until(|ahead| ahead.at("as"));
    options.expect("as")?;
    data_type(&mut options)
}

/// Reads CREATE SEQUENCE.
pub(super) fn create_sequence(cursor: &mut Cursor) -> Option<Action> {
    const OPTIONS: &[&str] = &[
        "as",
        "cache",
        "cycle",
        "increment",
        "maxvalue",
        "minvalue",
        "no",
        "owned by",
        "start",
        "restart",
        "sequence name",
        "logged",
        "unlogged",
    ];
    cursor.expect("create")?;
    cursor.eat_any(&["local", "global"]);
    cursor.eat_any(&["temporary", "temp", "unlogged"]);
    cursor.expect("sequence")?;
    let if_not_exists = cursor.eat("if not exists");
    let name = cursor.name()?;
    let options = cursor.rest();
    let known = options.is_empty() || OPTIONS.iter().any(|words| options.at(words));
    let mut ahead = options;
    ahead.until(|ahead| ahead.at("owned by"));
    known.then_some(Action::CreateSequence {
        name,
        if_not_exists,
        owned_by: owner(ahead),
        ty: counts(options),
    })
}
