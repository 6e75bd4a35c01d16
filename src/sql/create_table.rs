//! CREATE TABLE, CREATE FOREIGN TABLE and CREATE TABLE AS.

use super::column::{column, column_options};
use super::constraint::{is_table_constraint, table_constraint};
use super::cursor::Cursor;
use super::{partition, query, storage};
use crate::ir::{Action, CreateTable, CreateTableAs, LikeClause, LikePart, Name, RelationKind};

/// Reads CREATE TABLE in all its forms.
pub(super) fn create_table(cursor: &mut Cursor) -> Option<Action> {
    let mut table = head(cursor)?;
    let mut ahead = *cursor;
    ahead.until(|ahead| ahead.at("as"));
    if ahead.eat("as") {
        cursor.rest();
        return Some(create_table_as(table, ahead));
    }
    body(cursor, &mut table)?;
    while !cursor.is_empty() {
        option(cursor, &mut table)?;
    }
    Some(Action::CreateTable(Box::new(table)))
}

fn head(cursor: &mut Cursor) -> Option<CreateTable> {
    cursor.expect("create")?;
    cursor.eat_any(&["local", "global"]);
    let temporary = cursor.eat_any(&["temporary", "temp"]).is_some();
    let unlogged = cursor.eat("unlogged");
    let kind = match cursor.eat_any(&["table", "foreign table"])? {
        "table" => RelationKind::Table,
        _ => RelationKind::ForeignTable,
    };
    let if_not_exists = cursor.eat("if not exists");
    Some(CreateTable {
        kind,
        name: cursor.name()?,
        if_not_exists,
        temporary,
        unlogged,
        columns: Vec::new(),
        constraints: Vec::new(),
        like: Vec::new(),
        inherits: Vec::new(),
        of_type: None,
        partition_by: None,
        tablespace: None,
        parameters: Vec::new(),
        partition_of: None,
    })
}

fn create_table_as(table: CreateTable, mut source: Cursor) -> Action {
    let with_data = !query::eat_with_data(&mut source);
    Action::CreateTableAs(CreateTableAs {
        kind: table.kind,
        name: table.name,
        if_not_exists: table.if_not_exists,
        temporary: table.temporary,
        with_data,
        mentions: query::mentions(source),
        named: Vec::new(),
        columns: query::columns(source),
        reads: query::reads(source),
    })
}

/// Takes the column list, or the type or parent that stands for it.
fn body(cursor: &mut Cursor, table: &mut CreateTable) -> Option<()> {
    if cursor.eat("partition of") {
        let parent = cursor.name()?;
        typed_elements(cursor, table)?;
        let bound = partition::bound(cursor)?;
        table.partition_of = Some((parent, bound));
        return Some(());
    }
    if cursor.eat("of") {
        table.of_type = Some(cursor.name()?);
        return typed_elements(cursor, table);
    }
    for mut part in cursor.parentheses()?.commas() {
        element(&mut part, table)?;
    }
    Some(())
}

fn typed_elements(cursor: &mut Cursor, table: &mut CreateTable) -> Option<()> {
    let Some(elements) = cursor.parentheses() else {
        return Some(());
    };
    for mut part in elements.commas() {
        if is_table_constraint(&part) {
            table.constraints.push(table_constraint(&mut part)?);
        } else {
            table.columns.push(column_options(&mut part)?);
        }
    }
    Some(())
}

fn element(part: &mut Cursor, table: &mut CreateTable) -> Option<()> {
    if part.eat("like") {
        table.like.push(like(part)?);
    } else if is_table_constraint(part) {
        table.constraints.push(table_constraint(part)?);
    } else {
        table.columns.push(column(part)?);
    }
    Some(())
}

fn like(part: &mut Cursor) -> Option<LikeClause> {
    let source = part.name()?;
    let mut options = Vec::new();
    while let Some(includes) = part.eat_one_of(&[("including", true), ("excluding", false)]) {
        options.push((includes, like_part(part)?));
    }
    part.is_empty().then_some(LikeClause { source, options })
}

fn like_part(part: &mut Cursor) -> Option<LikePart> {
    part.eat_one_of(&[
        ("all", LikePart::All),
        ("comments", LikePart::Comments),
        ("compression", LikePart::Compression),
        ("constraints", LikePart::Constraints),
        ("defaults", LikePart::Defaults),
        ("generated", LikePart::Generated),
        ("identity", LikePart::Identity),
        ("indexes", LikePart::Indexes),
        ("statistics", LikePart::Statistics),
        ("storage", LikePart::Storage),
    ])
}

/// Takes one clause that stands behind the column list.
fn option(cursor: &mut Cursor, table: &mut CreateTable) -> Option<()> {
    const COMMIT: &[&str] = &["drop", "delete rows", "preserve rows"];
    if cursor.eat("inherits") {
        table.inherits = inherits(cursor)?;
    } else if cursor.eat("partition by") {
        table.partition_by = Some(partition::partitioning(cursor)?);
    } else if cursor.eat("on commit") {
        cursor.eat_any(COMMIT)?;
    } else if cursor.eat("with") {
        table.parameters = storage::parameters(cursor)?;
    } else if cursor.eat("options") {
        cursor.parentheses()?;
    } else if !cursor.eat("without oids") {
        let clause = cursor.eat_any(&["using", "tablespace", "server"])?;
        let name = cursor.identifier()?;
        if clause == "tablespace" {
            table.tablespace = Some(name);
        }
    }
    Some(())
}

fn inherits(cursor: &mut Cursor) -> Option<Vec<Name>> {
    let mut inner = cursor.parentheses()?;
    if inner.is_empty() {
        return Some(Vec::new());
    }
    inner.names().filter(|_| inner.is_empty())
}
