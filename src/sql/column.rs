//! Column definitions, in CREATE TABLE and in ADD COLUMN (`columnDef` in PostgreSQL's `gram.y`).

use super::constraint::{
    attribute, bare, column_kind, constraint_name, references, stray_attribute,
};
use super::cursor::Cursor;
use super::expr::expression;
use super::token::TokenKind;
use super::types::data_type;
use crate::ir::{ColumnDef, ColumnPlaces, Constraint, ConstraintKind, Expr, Generated};

/// Reads everything that is left as one column with its type.
pub(super) fn column(cursor: &mut Cursor) -> Option<ColumnDef> {
    let mut column = named(cursor)?;
    let start = *cursor;
    column.ty = Some(data_type(cursor)?);
    column.places.ty = Some(start.before(cursor).span());
    if cursor.eat("storage") {
        cursor.label()?;
    }
    if cursor.eat("compression") {
        cursor.label()?;
    }
    if cursor.eat("options") {
        cursor.parentheses()?;
    }
    qualifiers(cursor, column)
}

/// Reads everything that is left as the options of a column whose type comes from `OF type` or `PARTITION OF parent`.
pub(super) fn column_options(cursor: &mut Cursor) -> Option<ColumnDef> {
    let column = named(cursor)?;
    cursor.eat("with options");
    qualifiers(cursor, column)
}

fn named(cursor: &mut Cursor) -> Option<ColumnDef> {
    let span = cursor.span();
    Some(ColumnDef {
        name: cursor.identifier()?,
        ty: None,
        collation: None,
        not_null: false,
        default: None,
        generated: None,
        identity: false,
        constraints: Vec::new(),
        span,
        places: ColumnPlaces::default(),
    })
}

fn qualifiers(cursor: &mut Cursor, mut column: ColumnDef) -> Option<ColumnDef> {
    while !cursor.is_empty() {
        qualifier(cursor, &mut column)?;
    }
    Some(column)
}

fn qualifier(cursor: &mut Cursor, column: &mut ColumnDef) -> Option<()> {
    let start = *cursor;
    if cursor.eat("collate") {
        column.collation = Some(cursor.name()?);
        return Some(());
    }
    if let Some(last) = column.constraints.last_mut()
        && attribute(cursor, last)
    {
        last.span = last.span.to(start.before(cursor).span());
        return Some(());
    }
    // Without a constraint before it, the grammar takes an attribute and PostgreSQL then refuses it.
    if stray_attribute(cursor) {
        return Some(());
    }
    let name = constraint_name(cursor);
    if cursor.eat("not null") {
        column.not_null = true;
        if name.is_some() {
            let kind = ConstraintKind::NotNull {
                column: column.name.clone(),
            };
            let made = bare(name, kind, start.before(cursor).span());
            column.constraints.push(made);
        } else {
            cursor.eat("no inherit");
            column.places.not_null = Some(start.before(cursor).span());
        }
        return Some(());
    }
    if cursor.eat("null") {
        return Some(());
    }
    if cursor.eat("default") {
        column.default = Some(default_expression(cursor));
        column.places.default = Some(start.before(cursor).span());
        return Some(());
    }
    if cursor.eat("generated") {
        return generated(cursor, column);
    }
    let made = constraint(cursor, &column.name, name, start)?;
    column.constraints.push(made);
    Some(())
}

fn constraint(
    cursor: &mut Cursor,
    column: &str,
    name: Option<String>,
    start: Cursor,
) -> Option<Constraint> {
    let kind = if cursor.eat("references") {
        references(cursor, vec![column.to_string()], false)?
    } else {
        column_kind(cursor, Some(column))?
    };
    Some(bare(name, kind, start.before(cursor).span()))
}

fn generated(cursor: &mut Cursor, column: &mut ColumnDef) -> Option<()> {
    cursor.eat_any(&["always as", "by default as"])?;
    if cursor.eat("identity") {
        column.identity = true;
        cursor.skip_parentheses();
        return Some(());
    }
    let expr = expression(cursor.parentheses()?);
    let stored = cursor.eat("stored");
    if !stored {
        cursor.eat("virtual");
    }
    column.generated = Some(Generated { expr, stored });
    Some(())
}

/// Takes a column's or domain's DEFAULT up to the next qualifier: it is a `b_expr`, which has no NOT NULL, IS NULL or COLLATE of its own.
pub(super) fn default_expression(cursor: &mut Cursor) -> Expr {
    let mut first = true;
    let mut cases = 0usize;
    let mut operand_before = false;
    let part = cursor.until(|ahead| {
        let stop = !first && cases == 0 && ends_default(ahead, operand_before);
        first = false;
        if ahead.at("case") {
            cases += 1;
        } else if ahead.at("end") {
            cases = cases.saturating_sub(1);
        }
        let operator = ahead
            .peek()
            .is_some_and(|token| token.kind == TokenKind::Operator);
        operand_before = !operator && !ahead.at("from");
        stop
    });
    expression(part)
}

fn ends_default(ahead: &Cursor, operand_before: bool) -> bool {
    const ENDS: &[&str] = &[
        "constraint",
        "not null",
        "not deferrable",
        "not enforced",
        "not valid",
        "check",
        "unique",
        "primary key",
        "references",
        "generated always",
        "generated by",
        "collate",
        "default",
        "deferrable",
        "initially",
        "enforced",
        "no inherit",
    ];
    operand_before && ahead.at("null") || ENDS.iter().any(|words| ahead.at(words))
}
