//! CREATE VIEW, CREATE MATERIALIZED VIEW and REFRESH.

use super::cursor::Cursor;
use super::query;
use crate::ir::{Action, CreateTableAs, CreateView, Expr, RelationKind};

/// Reads CREATE VIEW.
pub(super) fn create_view(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("create")?;
    let or_replace = cursor.eat("or replace");
    cursor.eat_any(&["local", "global"]);
    let temporary = cursor.eat_any(&["temporary", "temp"]).is_some();
    let recursive = cursor.eat("recursive");
    cursor.expect("view")?;
    let name = cursor.name()?;
    let names = options(cursor)?;
    let query = query_behind_as(cursor)?;
    let mut reads = query::reads(query);
    reads.retain(|read| !recursive || *read != name);
    Some(Action::CreateView(CreateView {
        name,
        or_replace,
        temporary,
        reads,
        mentions: query::mentions(query),
        named: query::named(query),
        columns: query::columns(query),
        names,
        passes: query::passes(query),
    }))
}

/// Reads CREATE MATERIALIZED VIEW.
pub(super) fn create_materialized_view(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("create")?;
    cursor.eat("unlogged");
    cursor.expect("materialized view")?;
    let if_not_exists = cursor.eat("if not exists");
    let name = cursor.name()?;
    let given = options(cursor)?;
    let mut source = query_behind_as(cursor)?;
    let with_data = !query::eat_with_data(&mut source);
    Some(Action::CreateTableAs(CreateTableAs {
        kind: RelationKind::MaterializedView,
        name,
        if_not_exists,
        temporary: false,
        with_data,
        mentions: query::mentions(source),
        named: query::named(source),
        columns: called(query::columns(source), given),
        reads: query::reads(source),
    }))
}

/// The columns of a query, the first of which have other names.
fn called(mut columns: Vec<(String, Expr)>, given: Vec<String>) -> Vec<(String, Expr)> {
    let unclear = columns.len() < given.len() || columns.iter().any(|(name, _)| name == "*");
    if unclear && !given.is_empty() {
        return Vec::new();
    }
    for ((name, _), given) in columns.iter_mut().zip(given) {
        *name = given;
    }
    columns
}

/// Takes options, and the names of columns, which are returned.
fn options(cursor: &mut Cursor) -> Option<Vec<String>> {
    let mut names = Vec::new();
    if cursor.at_symbol(b'(') {
        names = cursor.column_list()?;
    }
    while !cursor.at("as") {
        if cursor.eat("with") {
            cursor.parentheses()?;
        } else {
            cursor.eat_any(&["using", "tablespace"])?;
            cursor.identifier()?;
        }
    }
    Some(names)
}

fn query_behind_as<'a>(cursor: &mut Cursor<'a>) -> Option<Cursor<'a>> {
    const STARTS: &[&str] = &["select", "values", "table", "with"];
    cursor.expect("as")?;
    let query = cursor.rest();
    let starts = query.at_symbol(b'(') || STARTS.iter().any(|word| query.at(word));
    starts.then_some(query)
}

/// Reads REFRESH MATERIALIZED VIEW.
pub(super) fn refresh(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("refresh materialized view")?;
    let concurrently = cursor.eat("concurrently");
    let view = cursor.name()?;
    let data = cursor.eat_any(&["with no data", "with data"]);
    Some(Action::Refresh {
        view,
        concurrently,
        with_data: data != Some("with no data"),
    })
}
