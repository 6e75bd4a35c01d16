//! Going back: to before a trial, to a savepoint, to the start of a transaction.

use super::catalog::Catalog;
use super::relation::{Relation, RelationId};
use super::undo::Undo;

/// A state of the catalog that can be gone back to, until it is released. Marks are released in the reverse order of their making.
#[derive(Debug)]
pub struct Mark {
    serial: u32,
    /// The mark that stood before.
    outer: u32,
    /// How many relations there were.
    relations: usize,
    before: usize,
    maps: [usize; MAPS],
}

const MAPS: usize = 16;

/// What becomes of relations that were made since a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// Nobody has heard of them: their ids are given again.
    Forget,
    /// Their ids stay valid, of relations that are not there any more.
    Keep,
}

impl Mark {
    /// Whether a relation was there then already.
    #[must_use]
    pub fn knows(&self, id: RelationId) -> bool {
        (id.0 as usize) < self.relations
    }
}

impl Catalog {
    /// Names the present state.
    pub fn mark(&mut self) -> Mark {
        self.marks.given += 1;
        let outer = std::mem::replace(&mut self.marks.newest, self.marks.given);
        let mut maps = [0; MAPS];
        for (at, map) in maps.iter_mut().zip(self.maps()) {
            *at = map.mark();
        }
        Mark {
            serial: self.marks.given,
            outer,
            relations: self.relations.len(),
            before: self.before.len(),
            maps,
        }
    }

    /// Goes back to a state that was marked, of which the mark stays. What time it is, does not go back.
    pub fn undo(&mut self, mark: &Mark, made: Made) {
        for relation in self.before.drain(mark.before..).rev() {
            let id = relation.id.0 as usize;
            self.relations[id] = relation;
        }
        match made {
            Made::Forget => {
                self.relations.truncate(mark.relations);
                self.temporary.retain(|id| mark.knows(*id));
            }
            Made::Keep => {
                for relation in &mut self.relations[mark.relations..] {
                    relation.dropped = true;
                }
            }
        }
        for (at, map) in mark.maps.into_iter().zip(self.maps()) {
            map.undo(at);
        }
        self.marks.newest = mark.serial;
    }

    /// Nobody will go back to this state any more.
    pub fn release(&mut self, mark: &Mark) {
        self.marks.newest = mark.outer;
        if mark.outer == 0 {
            self.before.clear();
            for map in self.maps() {
                map.settle();
            }
        }
    }

    /// The relation, to be changed: what it was before is remembered, once for each mark.
    pub(super) fn get_mut(&mut self, id: RelationId) -> &mut Relation {
        let relation = &mut self.relations[id.0 as usize];
        if relation.remembered < self.marks.newest {
            self.before.push(relation.clone());
            relation.remembered = self.marks.newest;
        }
        relation.sure &= !self.guessed;
        if !relation.sure {
            self.doubt_namesakes(id);
        }
        &mut self.relations[id.0 as usize]
    }

    /// What happens to a relation that may not be there may happen to another of its name.
    fn doubt_namesakes(&mut self, id: RelationId) {
        let name = &self.relations[id.0 as usize].name;
        let Some(all @ [_, _, ..]) = self.names.get(name).map(Vec::as_slice) else {
            return;
        };
        let sure = |id: &RelationId| self.relations[id.0 as usize].sure;
        let others = all.iter().map(|(_, other)| *other);
        for other in others.filter(sure).collect::<Vec<_>>() {
            self.doubt(other);
        }
    }

    /// What is noted of a relation may not be so.
    pub(super) fn doubt(&mut self, id: RelationId) {
        self.get_mut(id).sure = false;
    }

    fn maps(&mut self) -> [&mut dyn Undo; MAPS] {
        [
            &mut self.names,
            &mut self.links,
            &mut self.words,
            &mut self.domains,
            &mut self.enums,
            &mut self.domains_over,
            &mut self.routines,
            &mut self.prepared,
            &mut self.volatilities,
            &mut self.publications,
            &mut self.made,
            &mut self.gaps,
            &mut self.gone,
            &mut self.types,
            &mut self.objects,
            &mut self.added_labels,
        ]
    }
}
