//! What is certain: what the history says of the database, and where something may have changed it that nobody has seen.

use super::catalog::Catalog;
use super::noted::Noted;
use super::relation::{Creation, Relation, RelationId};
use crate::ir::{Name, ObjectKind};

impl Catalog {
    /// Whether a relation is there, and all that is noted of it is so.
    #[must_use]
    pub fn is_sure(&self, relation: &Relation) -> bool {
        relation.sure && !relation.dropped && relation.id.0 >= self.sure_from
    }

    /// Whether a relation is there, and nothing is there that is not noted.
    #[must_use]
    pub fn is_whole(&self, relation: &Relation) -> bool {
        relation.complete && self.is_sure(relation)
    }

    /// The relation that a name means, if it is there for sure.
    #[must_use]
    pub fn find_sure(&self, name: &Name) -> Option<&Relation> {
        self.find(name).filter(|relation| self.is_sure(relation))
    }

    /// Whether a name meant a relation that the history took away, so that it means none now.
    #[must_use]
    pub fn is_gone(&self, name: &Name) -> bool {
        let one_place = name.schema.is_some() || self.search_path.len() <= 1;
        let gone = || self.gone.get(&self.key(name));
        one_place && self.find(name).is_none() && self.stands(gone())
    }

    /// The name of a relation means none from now on: the history takes it away, and it had this name if it was there at all.
    pub(super) fn note_gone(&mut self, id: RelationId) {
        if let Some(noted) = self.noted() {
            let relation = self.get(id);
            let schema = relation.schema.clone().unwrap_or_default();
            let key = (schema, relation.name.clone());
            self.gone.insert(key, noted);
        }
    }

    /// Whether it is known where a new object of this name lies: the first schema of the search path may not be there, and then it is the next.
    #[must_use]
    pub fn is_placed(&self, name: &Name) -> bool {
        let first = self.target_schema();
        name.schema.is_some()
            || self.search_path.len() <= 1
            || first == "public"
            || self.has_object(ObjectKind::Schema, &first)
    }

    /// When the history made a type, an enum or a domain of this name, if it is there for sure.
    #[must_use]
    pub fn type_made(&self, name: &Name) -> Option<Creation> {
        // Nobody knows in which schema of several it is found.
        if name.schema.is_none() && self.search_path.len() > 1 {
            return None;
        }
        let made = self.types.get(&self.key(name));
        made.filter(|made| self.stands(Some(made)))
            .map(|made| made.at)
    }

    /// Whether the history made a schema or an extension of this name, and it is there for sure.
    #[must_use]
    pub fn has_object(&self, kind: ObjectKind, name: &str) -> bool {
        self.stands(self.objects.get(&(kind, name.to_owned())))
    }

    /// When a label was added to an enum that was there before.
    #[must_use]
    pub fn label_added(&self, ty: &str, label: &str) -> Option<Creation> {
        let added = self.added_labels.get(&(ty.to_owned(), label.to_owned()))?;
        self.stands(Some(added)).then_some(added.at)
    }

    /// Whether labels were added to enums at all.
    #[must_use]
    pub fn has_added_labels(&self) -> bool {
        !self.added_labels.is_empty()
    }

    fn stands(&self, noted: Option<&Noted>) -> bool {
        noted.is_some_and(|noted| noted.sight == self.sight)
    }

    /// Something has run of which some could not be seen: what was there may be gone, or other than it was.
    pub fn lose_sight(&mut self) {
        self.sight += 1;
        self.sure_from = u32::try_from(self.relations.len()).unwrap_or(u32::MAX);
    }

    /// Whether there may be more to a relation than is noted.
    pub fn complete(&mut self, id: RelationId, complete: bool) {
        self.get_mut(id).complete = complete;
    }

    /// What is applied from here on may not have happened, or not in this way.
    /// Returns what was so before.
    pub const fn guess(&mut self, guessed: bool) -> bool {
        std::mem::replace(&mut self.guessed, guessed)
    }

    /// That something is so from now on.
    pub(super) const fn noted(&self) -> Option<Noted> {
        if self.guessed {
            return None;
        }
        Some(Noted {
            at: self.now,
            sight: self.sight,
        })
    }

    /// The name with its schema, in which types and relations are known.
    pub(super) fn key(&self, name: &Name) -> (String, String) {
        (self.schema_of(name), name.name.clone())
    }

    pub(super) fn note_type(&mut self, name: &Name) {
        if let Some(noted) = self.noted().filter(|_| self.is_placed(name)) {
            self.types.insert(self.key(name), noted);
        }
    }

    /// The type is not there any more, or what it is called and where it lies is not known.
    pub(super) fn forget_type(&mut self, name: &Name) {
        let key = self.key(name);
        self.types.remove(&key);
    }

    /// A schema or an extension is made, or not known any more, with the types in a schema.
    pub(super) fn note_object(&mut self, kind: ObjectKind, name: &str, made: bool) {
        let key = (kind, name.to_owned());
        match self.noted().filter(|_| made) {
            Some(noted) => self.objects.insert(key, noted),
            None => self.objects.remove(&key),
        }
        if !made && kind == ObjectKind::Schema {
            let inside = self.types.entries().map(|(key, _)| key);
            let inside: Vec<_> = inside.filter(|key| key.0 == name).cloned().collect();
            for key in inside {
                self.types.remove(&key);
            }
        }
    }

    /// A session ends, and its temporary relations with it.
    pub fn end_session(&mut self) {
        for id in std::mem::take(&mut self.temporary) {
            if !self.get(id).dropped {
                self.forget(id);
            }
        }
    }
}
