//! ADD COLUMN and DROP COLUMN.

use super::touch::Touches;
use super::{Certainty, Reason, Work, constraint, rows};
use crate::ir::{ColumnDef, ConstraintKind, ExprNode, Name};
use crate::postgres::LockMode::{AccessExclusive, RowExclusive, ShareRowExclusive};
use crate::postgres::functions::{Volatility, volatility};
use crate::schema::{Object, RelationId, sequence_name};

/// ADD COLUMN: nothing is written where one value serves all rows; else the table is rewritten.
///
/// Source: `ATExecAddColumn` in `src/backend/commands/tablecmds.c`; documentation, ALTER TABLE, Notes.
pub(super) fn add(touches: &mut Touches<'_>, id: RelationId, column: &ColumnDef) {
    if let Some((certainty, unless)) = rewrite_reason(touches, column) {
        touches.rewrite(id, Reason::ColumnDefault, certainty, unless);
    }
    sequence(touches, column);
    let computed = column.generated.as_ref().is_some_and(|how| !how.stored);
    let not_null = column.not_null
        || column
            .constraints
            .iter()
            .any(|new| matches!(new.kind, ConstraintKind::NotNull { .. }));
    if computed && not_null {
        touches.work(id, AccessExclusive, Work::Scan, Reason::NotNull);
    }
    for new in &column.constraints {
        match &new.kind {
            // All rows of the new column are NULL: there is nothing to look up.
            ConstraintKind::ForeignKey { references, .. } if !has_value(touches, column) => {
                let parent = touches.find(references).filter(|parent| *parent != id);
                for parent in touches.with_own_partitions(parent) {
                    touches.lock(parent, ShareRowExclusive);
                }
            }
            ConstraintKind::NotNull { .. } => {}
            ConstraintKind::ForeignKey { references, .. } if is_null(column) => {
                // The query that checks is run, and finds no row to look up.
                touches.work(id, AccessExclusive, Work::Scan, Reason::ForeignKey);
                let parent = touches.find(references).filter(|parent| *parent != id);
                if let Some(parent) = parent {
                    rows::planned(touches, parent);
                }
                for parent in touches.with_own_partitions(parent) {
                    touches.lock(parent, ShareRowExclusive);
                }
            }
            _ => constraint::add(touches, id, new),
        }
    }
}

fn is_null(column: &ColumnDef) -> bool {
    let default = column.default.as_ref();
    default.is_some_and(|default| default.node == ExprNode::Null)
}

/// Whether the rows that are there get a value other than NULL.
pub(super) fn has_value(touches: &Touches<'_>, column: &ColumnDef) -> bool {
    let domain = column.ty.as_ref().and_then(|ty| touches.catalog.domain(ty));
    let default = column
        .default
        .as_ref()
        .or_else(|| domain.and_then(|domain| domain.default.as_ref()));
    column.has_sequence() || column.generated.is_some() || default.is_some()
}

/// Why a new column makes PostgreSQL write every row, if it does.
fn rewrite_reason(
    touches: &Touches<'_>,
    column: &ColumnDef,
) -> Option<(Certainty, Option<String>)> {
    let known = Some((Certainty::Known, None));
    let ty = column.ty.as_ref();
    if column.has_sequence() {
        return known;
    }
    let ty = ty.filter(|ty| !ty.array);
    if let Some(generated) = &column.generated {
        return if generated.stored { known } else { None };
    }
    let domain = ty.and_then(|ty| touches.catalog.domain(ty));
    if domain.is_some_and(|domain| domain.not_null || domain.checked) {
        return known;
    }
    let default = column
        .default
        .as_ref()
        .or_else(|| domain.and_then(|domain| domain.default.as_ref()))?;
    match node_volatility(touches, &default.node) {
        Ok(Volatility::Volatile) => known,
        Ok(_) => None,
        Err(function) => Some((
            Certainty::Unknown,
            Some(format!("{function}() is not declared VOLATILE")),
        )),
    }
}

/// The volatility of a default, or the name of the first function in it that is not built in.
fn node_volatility(touches: &Touches<'_>, node: &ExprNode) -> Result<Volatility, String> {
    let mut most = Volatility::Immutable;
    let mut unknown = None;
    node.walk(&mut |node| match node {
        ExprNode::Call { function, .. } => match known_volatility(touches, function) {
            Some(found) => most = most.max(found),
            None => unknown = unknown.take().or_else(|| Some(function.to_string())),
        },
        ExprNode::Unparsed => unknown = unknown.take().or_else(|| Some("its default".to_owned())),
        _ => {}
    });
    match unknown {
        Some(function) if most < Volatility::Volatile => Err(function),
        _ => Ok(most),
    }
}

/// How far the result of a function changes: of one that the history made, or a built-in one.
fn known_volatility(touches: &Touches<'_>, function: &Name) -> Option<Volatility> {
    let made = touches.catalog.volatility(function);
    made.or_else(|| volatility(&function.name))
}

/// The sequence that a default takes its values from is used for every row.
fn sequence(touches: &mut Touches<'_>, column: &ColumnDef) {
    let Some(default) = &column.default else {
        return;
    };
    let mut names = Vec::new();
    default
        .node
        .walk(&mut |node| names.extend(sequence_name(node)));
    for name in names {
        if let Some(id) = touches.find(&name) {
            touches.lock(id, RowExclusive);
        }
    }
}

/// DROP COLUMN: nothing is written, but a foreign key on the column goes with it, and an index on it.
pub(super) fn drop(touches: &mut Touches<'_>, id: RelationId, column: &str, cascade: bool) {
    let object = Object::Column(id, column.to_owned());
    let reach = touches.catalog.reach(vec![object], cascade);
    for other in reach.locked(touches.catalog, touches.version) {
        touches.lock(other, AccessExclusive);
    }
}
