//! `ALTER COLUMN name ...`.

use crate::ir::AlterAction;
use crate::sql::cursor::Cursor;
use crate::sql::expr::expression;
use crate::sql::text;
use crate::sql::token::TokenKind;
use crate::sql::types::data_type;

/// Reads what follows `ALTER [COLUMN]`, to its end.
pub(super) fn alter_column(cursor: &mut Cursor) -> Option<AlterAction> {
    let column = column(cursor)?;
    if cursor.eat_any(&["set data type", "type"]).is_some() {
        return column_type(cursor, column);
    }
    if cursor.eat("set") {
        return set(cursor, column);
    }
    if cursor.eat("drop") {
        return drop(cursor, column);
    }
    if cursor.eat("reset") {
        cursor.parentheses()?;
        return Some(AlterAction::SetAttributeOptions { column });
    }
    if cursor.eat("options") {
        cursor.parentheses()?;
        return Some(AlterAction::ForeignOptions);
    }
    if cursor.eat("add generated") {
        cursor.eat_any(&["always as identity", "by default as identity"])?;
        cursor.skip_parentheses();
        return Some(AlterAction::AddIdentity { column });
    }
    cursor.expect("restart")?;
    identity_options(cursor, column)
}

/// A column; an index knows its own by number.
fn column(cursor: &mut Cursor) -> Option<String> {
    let token = cursor.peek()?;
    if token.kind == TokenKind::Number {
        cursor.next();
        return Some(text::identifier(token, cursor.token_text(token)));
    }
    cursor.identifier()
}

fn column_type(cursor: &mut Cursor, column: String) -> Option<AlterAction> {
    let ty = data_type(cursor)?;
    let collation = if cursor.eat("collate") {
        Some(cursor.name()?)
    } else {
        None
    };
    let using = cursor.eat("using").then(|| expression(cursor.rest()));
    Some(AlterAction::AlterColumnType {
        column,
        ty,
        collation,
        using,
    })
}

fn set(cursor: &mut Cursor, column: String) -> Option<AlterAction> {
    if cursor.eat("default") {
        let default = expression(cursor.rest());
        return Some(AlterAction::SetDefault { column, default });
    }
    if cursor.eat("not null") {
        return Some(AlterAction::SetNotNull { column });
    }
    if cursor.eat("expression as") {
        let expr = expression(cursor.parentheses()?);
        return Some(AlterAction::SetExpression { column, expr });
    }
    if cursor.skip_parentheses() {
        return Some(AlterAction::SetAttributeOptions { column });
    }
    match cursor.eat_any(&["statistics", "storage", "compression"]) {
        Some("statistics") => {
            cursor.rest();
            Some(AlterAction::SetStatistics { column })
        }
        Some(word) => {
            cursor.label()?;
            Some(if word == "storage" {
                AlterAction::SetStorage { column }
            } else {
                AlterAction::SetCompression { column }
            })
        }
        None => identity_options(cursor, column),
    }
}

/// SET GENERATED, SET INCREMENT BY, RESTART and the like, of which several may follow each other.
fn identity_options(cursor: &mut Cursor, column: String) -> Option<AlterAction> {
    cursor.rest();
    Some(AlterAction::SetIdentity { column })
}

fn drop(cursor: &mut Cursor, column: String) -> Option<AlterAction> {
    match cursor.eat_any(&["default", "not null", "expression", "identity"])? {
        "default" => Some(AlterAction::DropDefault { column }),
        "not null" => Some(AlterAction::DropNotNull { column }),
        "expression" => {
            cursor.eat("if exists");
            Some(AlterAction::DropExpression { column })
        }
        _ => {
            cursor.eat("if exists");
            Some(AlterAction::DropIdentity { column })
        }
    }
}
