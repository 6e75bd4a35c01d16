//! CREATE PUBLICATION and ALTER PUBLICATION, which lock the tables that they name.

use super::cursor::Cursor;
use crate::ir::{Action, Name};

/// Reads CREATE PUBLICATION.
pub(super) fn create_publication(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("create publication")?;
    let name = cursor.identifier()?;
    let mut tables = Vec::new();
    let mut all_tables = false;
    if cursor.eat("for") {
        let objects = cursor.until(|ahead| ahead.at("with"));
        all_tables = objects.at("all tables") || objects.at("all sequences");
        if !all_tables {
            tables = published(objects)?;
        }
    }
    if cursor.eat("with") {
        cursor.parentheses()?;
    }
    Some(Action::Publication {
        name,
        tables,
        replaces: false,
        all_tables,
        alter: false,
    })
}

/// Reads ALTER PUBLICATION.
pub(super) fn alter_publication(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("alter publication")?;
    let name = cursor.identifier()?;
    let mut tables = Vec::new();
    let mut ahead = *cursor;
    let replaces = ahead.eat("set") && !ahead.at_symbol(b'(');
    if cursor.eat_any(&["rename to", "owner to"]).is_some() {
        cursor.label()?;
    } else if cursor.eat_any(&["add", "set", "drop"])? == "set" && cursor.at_symbol(b'(') {
        cursor.parentheses()?;
    } else {
        tables = published(cursor.rest())?;
    }
    Some(Action::Publication {
        name,
        tables,
        replaces,
        all_tables: false,
        alter: true,
    })
}

/// The tables among `TABLE a (columns) WHERE (condition), b, TABLES IN SCHEMA s, t`.
fn published(objects: Cursor) -> Option<Vec<Name>> {
    let mut tables = Vec::new();
    let mut in_schema = None;
    for mut object in objects.commas() {
        if object
            .eat_any(&["tables in schema", "all tables in schema"])
            .is_some()
        {
            in_schema = Some(true);
        } else if object.eat("table") {
            in_schema = Some(false);
        }
        if in_schema? {
            object.label()?;
            continue;
        }
        tables.push(object.relation()?.0);
        object.skip_parentheses();
        if object.eat("where") {
            object.parentheses()?;
        }
        object.is_empty().then_some(())?;
    }
    Some(tables)
}
