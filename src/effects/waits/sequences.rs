//! Who waits for a sequence: new rows take their numbers from it.
//!
//! Source: `lock_and_open_sequence` in `src/backend/commands/sequence.c`.

use crate::postgres::{Access, Accesses, LockMode};
use crate::schema::{Catalog, Relation, RelationId};

/// Who waits because a sequence is locked in this mode: whoever inserts into a table whose defaults count by it, or into what has those defaults from it.
pub(super) fn through_lock(
    catalog: &Catalog,
    sequence: &Relation,
    lock: LockMode,
    add: &mut impl FnMut(RelationId, Accesses),
) {
    if !LockMode::RowExclusive.conflicts_with(lock) {
        return;
    }
    let fed = catalog.fed_by(sequence).into_iter().map(|(table, _)| table);
    let identity = sequence.table.filter(|table| {
        let column = sequence.column.as_ref();
        let column = column.and_then(|column| catalog.get(*table).column(column));
        column.is_some_and(|column| column.identity)
    });
    for table in fed.chain(identity) {
        add(table, Accesses::of(&[Access::Insert]));
        for child in catalog.descendants(table) {
            add(child, Accesses::of(&[Access::Insert]));
        }
    }
}
