//! CREATE PUBLICATION and ALTER PUBLICATION, which lock the tables that they name.

use super::cursor::Cursor;
use crate::ir::{Action, Name, Publication, PublicationChange};

/// Reads CREATE PUBLICATION.
pub(super) fn create_publication(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("create publication")?;
    let name = cursor.identifier()?;
    let (mut tables, mut schemas) = (Vec::new(), Vec::new());
    let mut all_tables = false;
    if cursor.eat("for") {
        let objects = cursor.until(|ahead| ahead.at("with"));
        all_tables = objects.commas().any(|object| object.at("all tables"));
        if !all_tables && !objects.at("all sequences") {
            (tables, schemas) = published(objects)?;
        }
    }
    let mut publishes_changes = None;
    if cursor.eat("with") {
        publishes_changes = changes_published(cursor.parentheses()?);
    }
    Some(Action::Publication(Publication {
        name,
        tables,
        schemas,
        all_tables,
        change: PublicationChange::Create,
        publishes_changes,
    }))
}

/// Reads ALTER PUBLICATION.
pub(super) fn alter_publication(cursor: &mut Cursor) -> Option<Action> {
    const CHANGES: &[(&str, PublicationChange)] = &[
        ("rename to", PublicationChange::Property),
        ("owner to", PublicationChange::Property),
        ("add", PublicationChange::Add),
        ("set", PublicationChange::Set),
        ("drop", PublicationChange::Drop),
    ];
    cursor.expect("alter publication")?;
    let name = cursor.identifier()?;
    let mut altered = Publication {
        name,
        tables: Vec::new(),
        schemas: Vec::new(),
        all_tables: false,
        change: cursor.eat_one_of(CHANGES)?,
        publishes_changes: None,
    };
    if altered.change == PublicationChange::Property {
        cursor.label()?;
    } else if altered.change == PublicationChange::Set && cursor.at_symbol(b'(') {
        altered.change = PublicationChange::Property;
        altered.publishes_changes = changes_published(cursor.parentheses()?);
    } else {
        (altered.tables, altered.schemas) = published(cursor.rest())?;
    }
    Some(Action::Publication(altered))
}

/// What `publish = 'insert, update'` among the options says of UPDATE and DELETE.
fn changes_published(options: Cursor) -> Option<bool> {
    options.commas().find_map(|mut option| {
        if !option.eat("publish") {
            return None;
        }
        option.eat_operator("=");
        let listed = option.string()?;
        let mut kinds = listed.split(',').map(str::trim);
        Some(kinds.any(|kind| ["update", "delete"].contains(&kind)))
    })
}

/// The tables and schemas among `TABLE a (columns) WHERE (condition), b, TABLES IN SCHEMA s, t`.
fn published(objects: Cursor) -> Option<(Vec<Name>, Vec<String>)> {
    let (mut tables, mut schemas) = (Vec::new(), Vec::new());
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
            let schema = object.label()?;
            schemas.push(
                Some(schema)
                    .filter(|schema| schema != "current_schema")
                    .unwrap_or_default(),
            );
            continue;
        }
        tables.push(object.relation()?.0);
        object.skip_parentheses();
        if object.eat("where") {
            object.parentheses()?;
        }
        object.is_empty().then_some(())?;
    }
    Some((tables, schemas))
}
