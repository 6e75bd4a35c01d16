//! Tables whose users wait until the transaction ends, kept up to date statement by statement.

use crate::effects::held::FEW;
use crate::ir::Name;
use crate::postgres::{Access, LockMode};
use crate::schema::{Catalog, Relation, RelationId, Undo, UndoMap, UndoSet};
use crate::source::Span;
use rustc_hash::FxHashSet;

/// A table, the strongest lock on it or an index of it, and the statement that took that.
pub(in crate::effects) type Watched = (RelationId, LockMode, Span);

/// Tables that were there before the transaction, and that it keeps readers or writers away from.
#[derive(Debug, Default)]
pub(in crate::effects) struct Elsewhere {
    /// The strongest lock on each table or an index of it, and the statement that took it.
    strongest: UndoMap<RelationId, (LockMode, Span)>,
    /// Those for which somebody waits, by that lock.
    waited_for: UndoSet<(LockMode, RelationId)>,
    /// How many there are of each.
    counts: UndoMap<LockMode, usize>,
    /// Tables that are in use all the time.
    hot: UndoSet<RelationId>,
    /// Tables that the transaction has dropped: who asks for one waits for what takes its name.
    dropped: UndoMap<Name, RelationId>,
}

impl Elsewhere {
    pub(super) const MAPS: usize = 5;

    pub(super) fn maps(&mut self) -> [&mut dyn Undo; Self::MAPS] {
        let Self {
            strongest,
            waited_for,
            counts,
            hot,
            dropped,
        } = self;
        [strongest, waited_for, counts, hot, dropped]
    }

    /// Whether there is nothing to be told of.
    pub(in crate::effects) fn is_empty(&self) -> bool {
        self.strongest.is_empty()
    }

    /// The tables for which somebody waits that are locked in one mode and are not among `here`: the first few and the last, and how many there are. `renewed` is
    /// counted with them.
    pub(in crate::effects) fn in_mode(
        &self,
        lock: LockMode,
        here: &FxHashSet<RelationId>,
        renewed: Option<Watched>,
    ) -> (Vec<Watched>, usize) {
        let Some(count) = self.counts.get(&lock).copied().filter(|count| *count > 0) else {
            let one = renewed.filter(|(_, held, _)| *held == lock);
            return (one.into_iter().collect(), usize::from(one.is_some()));
        };
        let (first, last) = ((lock, RelationId(0)), (lock, RelationId(u32::MAX)));
        let all = || self.waited_for.range(first..=last).map(|(_, id)| *id);
        let mut ids: Vec<RelationId> = all().filter(|id| !here.contains(id)).take(FEW).collect();
        let known = |id: &&RelationId| self.waited_for.contains(&(lock, **id));
        let mut total = count - here.iter().filter(known).count();
        if total > FEW {
            let last = all().rev().find(|id| !here.contains(id));
            ids.pop();
            ids.extend(last);
        }
        let mut told: Vec<Watched> = ids.iter().filter_map(|id| self.watched(*id)).collect();
        if let Some(renewed) = renewed.filter(|(_, held, _)| *held == lock) {
            told.truncate(FEW - 1);
            told.push(renewed);
            told.sort_unstable_by_key(|(id, _, _)| *id);
            total += 1;
        }
        (told, total)
    }

    /// Whether a table for which somebody waits, and that is not among `here`, is in use all the time.
    pub(in crate::effects) fn is_hot_beside(&self, here: &FxHashSet<RelationId>) -> bool {
        let mut hot = self.hot.range(..);
        hot.any(|id| !here.contains(id) && self.is_waited_for(*id))
    }

    fn is_waited_for(&self, id: RelationId) -> bool {
        let lock = self.strongest.get(&id).map(|(lock, _)| *lock);
        lock.is_some_and(|lock| self.waited_for.contains(&(lock, id)))
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
            self.put(known, table, false);
        }
        self.strongest.insert(table, (lock, statement));
    }

    /// Looks anew at a table that a statement has locked, now that the statement is done; `earlier`: it was there before, and may be in use.
    /// `hot`: it is in use all the time.
    pub(in crate::effects) fn watch(
        &mut self,
        catalog: &Catalog,
        table: &Relation,
        earlier: bool,
        hot: bool,
    ) {
        if hot {
            self.hot.insert(table.id);
        }
        if table.dropped && earlier {
            self.dropped.insert(table.full_name(), table.id);
        }
        self.show(table.id, earlier && !table.dropped);
        if !self.dropped.is_empty() {
            self.rename(catalog, &table.full_name());
        }
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
        self.put(lock, id, shown && keeps_users(lock));
    }

    fn put(&mut self, lock: LockMode, id: RelationId, shown: bool) {
        if self.waited_for.contains(&(lock, id)) == shown {
            return;
        }
        let count = self.counts.get(&lock).copied().unwrap_or_default();
        if shown {
            self.waited_for.insert((lock, id));
            self.counts.insert(lock, count + 1);
        } else {
            self.waited_for.remove(&(lock, id));
            self.counts.insert(lock, count - 1);
        }
    }
}

/// Whether reads or writes wait for this lock.
fn keeps_users(lock: LockMode) -> bool {
    let mut users = Access::EVERYDAY.into_iter();
    users.any(|access| access.waits_for(lock))
}
