//! ADD COLUMN and DROP COLUMN.

use super::touch::Touches;
use super::{Certainty, Reason, constraint};
use crate::ir::{ColumnDef, ConstraintKind, ExprNode};
use crate::postgres::LockMode::{AccessExclusive, ShareRowExclusive};
use crate::postgres::functions::{Volatility, volatility};
use crate::postgres::types::is_serial;
use crate::schema::RelationId;

/// ADD COLUMN: nothing is written where one value serves all rows; else the table is rewritten.
///
/// Source: `ATExecAddColumn` in `src/backend/commands/tablecmds.c`; documentation, ALTER TABLE, Notes.
pub(super) fn add(touches: &mut Touches<'_>, id: RelationId, column: &ColumnDef) {
    if let Some((certainty, unless)) = rewrite_reason(touches, column) {
        touches.rewrite(id, Reason::ColumnDefault, certainty, unless);
    }
    for new in &column.constraints {
        match &new.kind {
            // All rows of the new column are NULL: there is nothing to look up.
            ConstraintKind::ForeignKey { references, .. } if !has_value(touches, column) => {
                let parent = touches
                    .catalog
                    .resolve(references, crate::ir::RelationKind::Table);
                for parent in touches.with_partitions(Some(parent).filter(|parent| *parent != id)) {
                    touches.lock(parent, ShareRowExclusive);
                }
            }
            ConstraintKind::NotNull { .. } => {}
            _ => constraint::add(touches, id, new),
        }
    }
}

/// Whether the rows that are there get a value other than NULL.
fn has_value(touches: &Touches<'_>, column: &ColumnDef) -> bool {
    let domain = column.ty.as_ref().and_then(|ty| touches.catalog.domain(ty));
    let default = column
        .default
        .as_ref()
        .or_else(|| domain.and_then(|domain| domain.default.as_ref()));
    let serial = column
        .ty
        .as_ref()
        .is_some_and(|ty| is_serial(&ty.name.name));
    serial
        || column.identity
        || column.generated.is_some()
        || default.is_some_and(|default| default.node != ExprNode::Null)
}

/// Why a new column makes PostgreSQL write every row, if it does.
fn rewrite_reason(
    touches: &Touches<'_>,
    column: &ColumnDef,
) -> Option<(Certainty, Option<String>)> {
    let known = Some((Certainty::Known, None));
    let ty = column.ty.as_ref();
    if column.identity || ty.is_some_and(|ty| is_serial(&ty.name.name)) {
        return known;
    }
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
    match node_volatility(&default.node) {
        Ok(Volatility::Volatile) => known,
        Ok(_) => None,
        Err(function) => Some((
            Certainty::Unknown,
            Some(format!("{function}() is not declared VOLATILE")),
        )),
    }
}

/// The volatility of a default, or the name of the first function in it that is not built in.
fn node_volatility(node: &ExprNode) -> Result<Volatility, String> {
    let mut most = Volatility::Immutable;
    let mut unknown = None;
    node.walk(&mut |node| match node {
        ExprNode::Call { function, .. } => match volatility(&function.name) {
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

/// DROP COLUMN: nothing is written, but a foreign key on the column goes with it, and an index on it.
pub(super) fn drop(touches: &mut Touches<'_>, id: RelationId, column: &str) {
    let relation = touches.catalog.get(id);
    let parents: Vec<RelationId> = relation
        .constraints
        .iter()
        .filter(|constraint| constraint.columns().contains(&column))
        .filter_map(|constraint| constraint.references)
        .collect();
    let indexes = touches.catalog.indexes_on(id, column);
    let sequence = touches.catalog.owned_sequence(id, column);
    let sequence = sequence.map(|sequence| sequence.id);
    for other in parents.into_iter().chain(indexes).chain(sequence) {
        touches.lock(other, AccessExclusive);
    }
}
