//! CREATE INDEX, and the keys that indexes, EXCLUDE constraints and partitionings share.

use super::cursor::Cursor;
use super::expr::expression;
use super::token::TokenKind;
use crate::ir::{Action, CreateIndex, IndexColumn, IndexElement};

/// Reads CREATE INDEX.
pub(super) fn create_index(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("create")?;
    let unique = cursor.eat("unique");
    cursor.expect("index")?;
    let concurrently = cursor.eat("concurrently");
    let if_not_exists = cursor.eat("if not exists");
    let name = if cursor.at("on") {
        None
    } else {
        Some(cursor.name()?.name)
    };
    cursor.expect("on")?;
    let (table, only) = cursor.relation()?;
    let method = method(cursor)?;
    let (elements, own_order) = elements(cursor)?;
    let include = include_elements(cursor)?;
    let nulls = cursor.eat_any(&["nulls not distinct", "nulls distinct"]);
    if cursor.eat("with") {
        cursor.parentheses()?;
    }
    let tablespace = if cursor.eat("tablespace") {
        Some(cursor.identifier()?)
    } else {
        None
    };
    let predicate = cursor.eat("where").then(|| expression(cursor.rest()));
    Some(Action::CreateIndex(Box::new(CreateIndex {
        name,
        table,
        unique,
        concurrently,
        if_not_exists,
        only,
        method,
        elements,
        own_order,
        include,
        nulls_not_distinct: nulls == Some("nulls not distinct"),
        tablespace,
        predicate,
    })))
}

/// Takes `USING method`; it is btree where nothing is written.
pub(super) fn method(cursor: &mut Cursor) -> Option<String> {
    if cursor.eat("using") {
        cursor.identifier()
    } else {
        Some("btree".to_string())
    }
}

/// Takes the keys, and tells whether one has an order of its own.
fn elements(cursor: &mut Cursor) -> Option<(Vec<IndexElement>, bool)> {
    let (mut elements, mut own_order) = (Vec::new(), false);
    for mut part in cursor.parentheses()?.commas() {
        elements.push(key(&mut part)?);
        own_order |= order(&mut part);
        if !part.is_empty() {
            return None;
        }
    }
    Some((elements, own_order))
}

/// Takes `INCLUDE (a, b)` if it is next. The grammar takes expressions too, which PostgreSQL then refuses.
fn include_elements(cursor: &mut Cursor) -> Option<Vec<String>> {
    if !cursor.eat("include") {
        return Some(Vec::new());
    }
    let mut columns = Vec::new();
    for mut part in cursor.parentheses()?.commas() {
        if let IndexColumn::Column(column) = element(&mut part)?.column {
            columns.push(column);
        }
    }
    Some(columns)
}

/// Reads everything that is left as one key: a column, a call or `(expression)`, with collation, operator class and order.
pub(super) fn element(cursor: &mut Cursor) -> Option<IndexElement> {
    let element = key(cursor)?;
    order(cursor);
    cursor.is_empty().then_some(element)
}

/// Takes ASC, DESC and NULLS; `true` for what is not the order that a key has by itself.
fn order(cursor: &mut Cursor) -> bool {
    let descending = cursor.eat_any(&["asc", "desc"]) == Some("desc");
    match cursor.eat_any(&["nulls first", "nulls last"]) {
        Some("nulls first") => true,
        _ => descending,
    }
}

fn key(cursor: &mut Cursor) -> Option<IndexElement> {
    let column = element_column(cursor)?;
    let collation = if cursor.eat("collate") {
        Some(cursor.name()?)
    } else {
        None
    };
    let at_order = cursor.at("asc") || cursor.at("desc") || cursor.at("nulls");
    let operator_class = if cursor.is_empty() || at_order {
        None
    } else {
        let name = cursor.name()?;
        cursor.skip_parentheses();
        Some(name)
    };
    Some(IndexElement {
        column,
        collation,
        operator_class,
    })
}

fn element_column(cursor: &mut Cursor) -> Option<IndexColumn> {
    if let Some(inner) = cursor.parentheses() {
        return Some(IndexColumn::Expression(expression(inner)));
    }
    let called = |kind| matches!(kind, TokenKind::Symbol(b'(' | b'.'));
    if !cursor.peek_at(1).is_some_and(|token| called(token.kind)) {
        return cursor.identifier().map(IndexColumn::Column);
    }
    let start = *cursor;
    while !cursor.at_symbol(b'(') {
        cursor.next()?;
    }
    cursor.parentheses()?;
    Some(IndexColumn::Expression(expression(start.before(cursor))))
}
