//! Constraints of tables and columns (`TableConstraint`, `ColConstraint` in PostgreSQL's `gram.y`).

use super::cursor::Cursor;
use super::expr::expression;
use super::index;
use super::token::TokenKind;
use crate::ir::{Constraint, ConstraintKind, ReferentialAction};
use crate::source::Span;

/// Whether a table constraint is next, rather than a column.
pub(super) fn is_table_constraint(cursor: &Cursor) -> bool {
    let followed = |kind| cursor.peek_at(1).is_some_and(|token| token.kind == kind);
    [
        "constraint",
        "check",
        "unique",
        "primary key",
        "foreign key",
        "not null",
    ]
    .iter()
    .any(|words| cursor.at(words))
        || cursor.at("exclude using")
        || cursor.at("exclude") && followed(TokenKind::Symbol(b'('))
}

/// Reads everything that is left as one table constraint.
pub(super) fn table_constraint(cursor: &mut Cursor) -> Option<Constraint> {
    let span = cursor.span();
    let name = constraint_name(cursor);
    let kind = table_kind(cursor)?;
    let mut constraint = bare(name, kind, span);
    while attribute(cursor, &mut constraint) {}
    cursor.is_empty().then_some(constraint)
}

/// Takes `CONSTRAINT name` if it is next.
pub(super) fn constraint_name(cursor: &mut Cursor) -> Option<String> {
    if cursor.eat("constraint") {
        cursor.identifier()
    } else {
        None
    }
}

/// A constraint without attributes.
pub(super) fn bare(name: Option<String>, kind: ConstraintKind, span: Span) -> Constraint {
    Constraint {
        name,
        kind,
        not_valid: false,
        not_enforced: false,
        no_inherit: false,
        deferrable: false,
        initially_deferred: false,
        span,
    }
}

/// Takes one attribute that stands behind a constraint: DEFERRABLE, NOT VALID, NO INHERIT, NOT ENFORCED and the like.
pub(super) fn attribute(cursor: &mut Cursor, constraint: &mut Constraint) -> bool {
    const ATTRIBUTES: &[&str] = &[
        "not deferrable",
        "deferrable",
        "initially deferred",
        "initially immediate",
        "not valid",
        "no inherit",
        "not enforced",
        "enforced",
    ];
    let Some(found) = cursor.eat_any(ATTRIBUTES) else {
        return false;
    };
    match found {
        "deferrable" => constraint.deferrable = true,
        "initially deferred" => {
            constraint.deferrable = true;
            constraint.initially_deferred = true;
        }
        "not valid" => constraint.not_valid = true,
        "no inherit" => constraint.no_inherit = true,
        "not enforced" => constraint.not_enforced = true,
        _ => {}
    }
    true
}

/// Takes one attribute that stands behind no constraint.
pub(super) fn stray_attribute(cursor: &mut Cursor) -> bool {
    let nothing = ConstraintKind::NotNull {
        column: String::new(),
    };
    attribute(cursor, &mut bare(None, nothing, Span::default()))
}

fn table_kind(cursor: &mut Cursor) -> Option<ConstraintKind> {
    if cursor.eat("not null") {
        let column = cursor.identifier()?;
        Some(ConstraintKind::NotNull { column })
    } else if cursor.eat("foreign key") {
        let (columns, temporal) = key_columns(cursor)?;
        cursor.expect("references")?;
        references(cursor, columns, temporal)
    } else if cursor.eat("exclude") {
        exclude(cursor)
    } else {
        column_kind(cursor, None)
    }
}

/// Takes CHECK, UNIQUE or PRIMARY KEY; with `column` as a column's constraint, without as a table's, which lists its columns.
pub(super) fn column_kind(cursor: &mut Cursor, column: Option<&str>) -> Option<ConstraintKind> {
    if cursor.eat("check") {
        return Some(ConstraintKind::Check(expression(cursor.parentheses()?)));
    }
    let unique = cursor.eat("unique");
    if !unique {
        cursor.expect("primary key")?;
    }
    let distinct = unique.then(|| cursor.eat_any(&["nulls not distinct", "nulls distinct"]));
    let nulls_not_distinct = distinct.flatten() == Some("nulls not distinct");
    let mut columns = column.map(str::to_string).into_iter().collect();
    let mut using_index = None;
    if column.is_none() {
        if cursor.eat("using index") {
            using_index = Some(cursor.identifier()?);
        } else {
            columns = key_columns(cursor)?.0;
        }
    }
    let include = include(cursor)?;
    index_parameters(cursor)?;
    Some(if unique {
        ConstraintKind::Unique {
            columns,
            include,
            nulls_not_distinct,
            using_index,
        }
    } else {
        ConstraintKind::PrimaryKey {
            columns,
            include,
            using_index,
        }
    })
}

/// Takes `(a, b)`, where the last may be `PERIOD c` or `c WITHOUT OVERLAPS` (PostgreSQL 18); also whether it is.
fn key_columns(cursor: &mut Cursor) -> Option<(Vec<String>, bool)> {
    let mut temporal = false;
    let mut columns = Vec::new();
    for mut part in cursor.parentheses()?.commas() {
        temporal |= part.tokens().len() == 2 && part.eat("period");
        columns.push(part.identifier()?);
        temporal |= part.eat("without overlaps");
        if !part.is_empty() {
            return None;
        }
    }
    Some((columns, temporal))
}

/// Takes `INCLUDE (a, b)` if it is next; fails where it cannot be read.
pub(super) fn include(cursor: &mut Cursor) -> Option<Vec<String>> {
    if cursor.eat("include") {
        cursor.column_list()
    } else {
        Some(Vec::new())
    }
}

/// Takes `WITH (...)` and `USING INDEX TABLESPACE name`.
fn index_parameters(cursor: &mut Cursor) -> Option<()> {
    if cursor.eat("with") {
        cursor.parentheses()?;
    }
    if cursor.eat("using index tablespace") {
        cursor.identifier()?;
    }
    Some(())
}

/// Takes what follows REFERENCES.
pub(super) fn references(
    cursor: &mut Cursor,
    columns: Vec<String>,
    temporal: bool,
) -> Option<ConstraintKind> {
    let references = cursor.name()?;
    let referenced_columns = if cursor.at_symbol(b'(') {
        key_columns(cursor)?.0
    } else {
        Vec::new()
    };
    cursor.eat_any(&["match full", "match partial", "match simple"]);
    let mut on_delete = ReferentialAction::default();
    let mut on_update = ReferentialAction::default();
    loop {
        if cursor.eat("on delete") {
            on_delete = referential_action(cursor)?;
        } else if cursor.eat("on update") {
            on_update = referential_action(cursor)?;
        } else {
            break;
        }
    }
    Some(ConstraintKind::ForeignKey {
        columns,
        references,
        referenced_columns,
        temporal,
        on_delete,
        on_update,
    })
}

fn referential_action(cursor: &mut Cursor) -> Option<ReferentialAction> {
    use ReferentialAction::{Cascade, NoAction, Restrict, SetDefault, SetNull};
    let action = cursor.eat_one_of(&[
        ("no action", NoAction),
        ("restrict", Restrict),
        ("cascade", Cascade),
        ("set null", SetNull),
        ("set default", SetDefault),
    ])?;
    if matches!(action, SetNull | SetDefault) {
        cursor.skip_parentheses();
    }
    Some(action)
}

fn exclude(cursor: &mut Cursor) -> Option<ConstraintKind> {
    let method = index::method(cursor)?;
    let element = |mut part: Cursor| {
        let mut key = part.until(|ahead| ahead.at("with"));
        part.expect("with")?;
        index::element(&mut key)
    };
    let elements = cursor
        .parentheses()?
        .commas()
        .map(element)
        .collect::<Option<_>>()?;
    include(cursor)?;
    index_parameters(cursor)?;
    let predicate = if cursor.eat("where") {
        Some(expression(cursor.parentheses()?))
    } else {
        None
    };
    Some(ConstraintKind::Exclude {
        method,
        elements,
        predicate,
    })
}
