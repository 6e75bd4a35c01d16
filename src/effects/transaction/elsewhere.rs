//! Tables whose users wait until the transaction ends, kept up to date statement by statement.

use crate::ir::Name;
use crate::postgres::{Access, LockMode};
use crate::schema::{Catalog, Relation, RelationId, Undo, UndoMap, UndoSet};
use crate::source::Span;

/// A table, the strongest lock on it or an index of it, and the statement that took that.
pub(in crate::effects) type Watched = (RelationId, LockMode, Span);

/// Tables that were there before the transaction, and that it keeps readers or writers away from.
#[derive(Debug, Default)]
pub(in crate::effects) struct Elsewhere {
    /// The strongest lock on each table or an index of it, and the statement that took it.
    strongest: UndoMap<RelationId, (LockMode, Span)>,
    /// Those for which somebody waits, by that lock.
    waited_for: UndoSet<(LockMode, RelationId)>,
    /// Tables that the transaction has dropped: who asks for one waits for what takes its name.
    dropped: UndoMap<Name, RelationId>,
}

impl Elsewhere {
    pub(super) const MAPS: usize = 3;

    pub(super) fn maps(&mut self) -> [&mut dyn Undo; Self::MAPS] {
        let Self {
            strongest,
            waited_for,
            dropped,
        } = self;
        [strongest, waited_for, dropped]
    }

    /// The tables for which somebody waits, the gentlest lock first.
    pub(in crate::effects) fn tables(&self) -> impl DoubleEndedIterator<Item = Watched> {
        let all = self.waited_for.range(..);
        all.filter_map(|(_, id)| self.watched(*id))
    }

    /// The table that was dropped under this name, as long as nothing has taken it.
    pub(in crate::effects) fn dropped(&self, name: &Name) -> Option<Watched> {
        let (id, lock, span) = self.watched(*self.dropped.get(name)?)?;
        let known = self.waited_for.contains(&(lock, id));
        (!known && keeps_users(lock)).then_some((id, lock, span))
    }

    fn watched(&self, id: RelationId) -> Option<Watched> {
        let (lock, span) = self.strongest.get(&id)?;
        Some((id, *lock, *span))
    }

    /// A table, or an index of it, is locked by a statement.
    pub(super) fn hold(&mut self, table: RelationId, lock: LockMode, statement: Span) {
        let known = self.strongest.get(&table).copied();
        if known.is_some_and(|(known, _)| known >= lock) {
            return;
        }
        if let Some((known, _)) = known {
            self.waited_for.remove(&(known, table));
        }
        self.strongest.insert(table, (lock, statement));
    }

    /// Looks anew at a table that a statement has locked, now that the statement is done; `earlier`: it was there before, and may be in use.
    pub(in crate::effects) fn watch(&mut self, catalog: &Catalog, table: &Relation, earlier: bool) {
        let name = table.full_name();
        if table.dropped && earlier {
            self.dropped.insert(name.clone(), table.id);
        }
        self.show(table.id, earlier && !table.dropped);
        self.rename(catalog, &name);
    }

    /// Something may have taken this name.
    pub(in crate::effects) fn rename(&mut self, catalog: &Catalog, name: &Name) {
        if let Some(id) = self.dropped.get(name).copied() {
            let taken = catalog.find(name).is_some_and(|table| !table.dropped);
            self.show(id, taken);
        }
    }

    fn show(&mut self, id: RelationId, shown: bool) {
        let Some((lock, _)) = self.strongest.get(&id).copied() else {
            return;
        };
        if shown && keeps_users(lock) {
            self.waited_for.insert((lock, id));
        } else {
            self.waited_for.remove(&(lock, id));
        }
    }
}

/// Whether reads or writes wait for this lock.
fn keeps_users(lock: LockMode) -> bool {
    let mut users = Access::EVERYDAY.into_iter();
    users.any(|access| access.waits_for(lock))
}
