//! What a statement touches, relation by relation in the order of first touch.

use crate::effects::Part;
use crate::ir::Action;
use crate::postgres::LockMode;
use crate::schema::RelationId;
use rustc_hash::FxHashMap;

/// A relation, and what the statements that touch it do there.
#[derive(Debug)]
pub(super) struct Touched<'s> {
    pub(super) id: RelationId,
    pub(super) parts: Vec<Part>,
    pub(super) actions: Vec<&'s Action>,
}

impl Touched<'_> {
    /// The strongest lock that is taken.
    pub(super) fn lock(&self) -> LockMode {
        let locks = self.parts.iter().map(|part| part.lock);
        locks.max().unwrap_or(LockMode::AccessShare)
    }
}

/// What is touched so far.
#[derive(Debug, Default)]
pub(super) struct TouchedList<'s> {
    list: Vec<Touched<'s>>,
    places: FxHashMap<RelationId, usize>,
}

impl<'s> TouchedList<'s> {
    /// Adds what `action` does to a relation.
    pub(super) fn add(&mut self, id: RelationId, part: Part, action: &'s Action) {
        // Mostly it is the one that was touched last.
        let known = match self.list.last() {
            Some(last) if last.id == id => self.list.len() - 1,
            _ => *self.places.entry(id).or_insert(self.list.len()),
        };
        let Some(known) = self.list.get_mut(known) else {
            return self.list.push(Touched {
                id,
                parts: vec![part],
                actions: vec![action],
            });
        };
        known.parts.push(part);
        let mut actions = known.actions.iter();
        if !actions.any(|known| std::ptr::eq(*known, action)) {
            known.actions.push(action);
        }
    }

    /// The relations in the order in which they were touched first.
    pub(super) fn into_list(self) -> Vec<Touched<'s>> {
        self.list
    }
}
