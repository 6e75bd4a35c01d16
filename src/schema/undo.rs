//! Changes that can be taken back, so that trials, savepoints and rollbacks need no copy of what they return to.

use rustc_hash::FxHashMap;
use std::borrow::Borrow;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::ops::RangeBounds;

/// Something that remembers what it was, as long as somebody may want to go back.
pub trait Undo {
    /// Remembers from here on; what is returned names this state.
    fn mark(&mut self) -> usize;
    /// Goes back to the state with this name.
    fn undo(&mut self, mark: usize);
    /// Forgets all that was: nobody wants to go back any more.
    fn settle(&mut self);
}

/// A map of which single entries are put back.
#[derive(Clone, Debug)]
pub struct UndoMap<K, V> {
    map: FxHashMap<K, V>,
    /// What entries were before they changed, oldest first; `None`: they were not there.
    log: Vec<(K, Option<V>)>,
    remembers: bool,
}

impl<K, V> Default for UndoMap<K, V> {
    fn default() -> Self {
        Self {
            map: HashMap::default(),
            log: Vec::new(),
            remembers: false,
        }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> UndoMap<K, V> {
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.map.get(key)
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// All entries, in no order.
    pub fn entries(&self) -> impl Iterator<Item = (&K, &V)> {
        self.map.iter()
    }

    pub fn insert(&mut self, key: K, value: V) {
        if self.remembers {
            let before = self.map.insert(key.clone(), value);
            self.log.push((key, before));
        } else {
            self.map.insert(key, value);
        }
    }

    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        if let Some((key, before)) = self.map.remove_entry(key)
            && self.remembers
        {
            self.log.push((key, Some(before)));
        }
    }

    /// The entry, to be changed, if it is there.
    pub fn get_mut<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        if self.remembers
            && let Some((key, value)) = self.map.get_key_value(key)
        {
            self.log.push((key.clone(), Some(value.clone())));
        }
        self.map.get_mut(key)
    }

    /// The entry, to be changed; an empty one where there was none.
    pub fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        if self.remembers {
            let before = self.map.get(&key).cloned();
            self.log.push((key.clone(), before));
        }
        self.map.entry(key).or_default()
    }
}

impl<K: Hash + Eq, V> Undo for UndoMap<K, V> {
    fn mark(&mut self) -> usize {
        self.remembers = true;
        self.log.len()
    }

    fn undo(&mut self, mark: usize) {
        for (key, before) in self.log.drain(mark..).rev() {
            match before {
                Some(value) => self.map.insert(key, value),
                None => self.map.remove(&key),
            };
        }
    }

    fn settle(&mut self) {
        self.remembers = false;
        self.log.clear();
    }
}

/// An ordered set of which single entries are put back.
#[derive(Clone, Debug)]
pub struct UndoSet<K> {
    set: BTreeSet<K>,
    /// What was put in (`true`) or taken out, oldest first.
    log: Vec<(K, bool)>,
    remembers: bool,
}

impl<K> Default for UndoSet<K> {
    fn default() -> Self {
        Self {
            set: BTreeSet::new(),
            log: Vec::new(),
            remembers: false,
        }
    }
}

impl<K: Ord + Clone> UndoSet<K> {
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.set.contains(key)
    }

    /// The entries between two, in their order.
    pub fn range(&self, range: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = &K> {
        self.set.range(range)
    }

    pub fn insert(&mut self, key: K) {
        if !self.remembers {
            self.set.insert(key);
        } else if self.set.insert(key.clone()) {
            self.log.push((key, true));
        }
    }

    pub fn remove(&mut self, key: &K) {
        if let Some(key) = self.set.take(key)
            && self.remembers
        {
            self.log.push((key, false));
        }
    }
}

impl<K: Ord> Undo for UndoSet<K> {
    fn mark(&mut self) -> usize {
        self.remembers = true;
        self.log.len()
    }

    fn undo(&mut self, mark: usize) {
        for (key, added) in self.log.drain(mark..).rev() {
            if added {
                self.set.remove(&key);
            } else {
                self.set.insert(key);
            }
        }
    }

    fn settle(&mut self) {
        self.remembers = false;
        self.log.clear();
    }
}

/// What belongs to each key, in order, of which single entries are put back.
#[derive(Clone, Debug)]
pub struct UndoLists<K, V> {
    lists: FxHashMap<K, Vec<V>>,
    /// What was put in (`true`) or taken out, oldest first.
    log: Vec<(K, V, bool)>,
    remembers: bool,
}

impl<K, V> Default for UndoLists<K, V> {
    fn default() -> Self {
        Self {
            lists: HashMap::default(),
            log: Vec::new(),
            remembers: false,
        }
    }
}

impl<K: Hash + Eq + Clone, V: Ord + Copy> UndoLists<K, V> {
    /// What belongs to a key, in order.
    pub fn get(&self, key: &K) -> &[V] {
        self.lists.get(key).map_or(&[], Vec::as_slice)
    }

    pub fn insert(&mut self, key: K, value: V) {
        if self.remembers {
            if self.put(key.clone(), value) {
                self.log.push((key, value, true));
            }
        } else {
            self.put(key, value);
        }
    }

    pub fn remove(&mut self, key: &K, value: V) {
        if self.take(key, value) && self.remembers {
            self.log.push((key.clone(), value, false));
        }
    }
}

impl<K: Hash + Eq, V: Ord + Copy> UndoLists<K, V> {
    /// All keys with what belongs to them, in no order.
    #[cfg(test)]
    pub(super) fn entries(&self) -> impl Iterator<Item = (&K, &V)> {
        let lists = self.lists.iter();
        lists.flat_map(|(key, list)| list.iter().map(move |value| (key, value)))
    }

    /// Whether it was not there.
    fn put(&mut self, key: K, value: V) -> bool {
        let list = self.lists.entry(key).or_default();
        // What comes is newer than all that is there, nearly always.
        if list.last().is_none_or(|last| *last < value) {
            list.push(value);
            return true;
        }
        match list.binary_search(&value) {
            Ok(_) => false,
            Err(at) => {
                list.insert(at, value);
                true
            }
        }
    }

    /// Whether it was there.
    fn take(&mut self, key: &K, value: V) -> bool {
        let Some(list) = self.lists.get_mut(key) else {
            return false;
        };
        match list.binary_search(&value) {
            Ok(at) => {
                list.remove(at);
                true
            }
            Err(_) => false,
        }
    }
}

impl<K: Hash + Eq, V: Ord + Copy> Undo for UndoLists<K, V> {
    fn mark(&mut self) -> usize {
        self.remembers = true;
        self.log.len()
    }

    fn undo(&mut self, mark: usize) {
        let undone: Vec<_> = self.log.drain(mark..).rev().collect();
        for (key, value, added) in undone {
            if added {
                self.take(&key, value);
            } else {
                self.put(key, value);
            }
        }
    }

    fn settle(&mut self) {
        self.remembers = false;
        self.log.clear();
    }
}

/// How many marks were given, and the newest that stands; 0: none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    pub(super) given: u32,
    pub(super) newest: u32,
}
