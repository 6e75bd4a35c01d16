//! Partition keys and bounds.

use super::cursor::Cursor;
use super::expr::expression;
use super::index;
use crate::ir::{Expr, PartitionBound, PartitionStrategy, Partitioning};

/// Takes what follows PARTITION BY.
pub(super) fn partitioning(cursor: &mut Cursor) -> Option<Partitioning> {
    let strategy = cursor.eat_one_of(&[
        ("range", PartitionStrategy::Range),
        ("list", PartitionStrategy::List),
        ("hash", PartitionStrategy::Hash),
    ])?;
    let keys = cursor.parentheses()?.commas();
    Some(Partitioning {
        strategy,
        keys: keys
            .map(|mut key| index::element(&mut key))
            .collect::<Option<_>>()?,
    })
}

/// Takes `DEFAULT` or `FOR VALUES ...`.
pub(super) fn bound(cursor: &mut Cursor) -> Option<PartitionBound> {
    if cursor.eat("default") {
        return Some(PartitionBound::Default);
    }
    cursor.expect("for values")?;
    if cursor.eat("in") {
        Some(PartitionBound::In(expressions(cursor)?))
    } else if cursor.eat("from") {
        let from = expressions(cursor)?;
        cursor.expect("to")?;
        let to = expressions(cursor)?;
        Some(PartitionBound::Range { from, to })
    } else {
        cursor.expect("with")?;
        let (mut modulus, mut remainder) = (None, None);
        for mut part in cursor.parentheses()?.commas() {
            let place = part.eat_one_of(&[("modulus", true), ("remainder", false)])?;
            let number = part.text().trim().parse().ok();
            *(if place { &mut modulus } else { &mut remainder }) = number;
        }
        Some(PartitionBound::Hash {
            modulus: modulus?,
            remainder: remainder?,
        })
    }
}

fn expressions(cursor: &mut Cursor) -> Option<Vec<Expr>> {
    Some(cursor.parentheses()?.commas().map(expression).collect())
}
