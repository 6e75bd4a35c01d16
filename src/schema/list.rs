//! The columns, constraints and triggers of a table: found by name, and cheap to copy however many they are.

use archery::ArcTK;
use rpds::{HashTrieMap, VectorSync};
use rustc_hash::FxHasher;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

/// What has a name inside its table.
pub trait Named {
    fn name(&self) -> &str;
}

/// Things in the order in which they came.
#[derive(Clone, Debug)]
pub struct List<T>(Kept<T>);

/// Short lists are looked through, long ones are shared between copies and have an index.
#[derive(Clone, Debug)]
enum Kept<T> {
    Few(Vec<Arc<T>>),
    Many(Box<Many<T>>),
}

#[derive(Clone, Debug)]
struct Many<T> {
    /// In order; `None` where something was taken out.
    slots: VectorSync<Option<Arc<T>>>,
    /// Where the first of each name stands.
    places: Places,
    /// How many came under a name that was there already.
    namesakes: usize,
    len: usize,
}

type Places = HashTrieMap<String, usize, ArcTK, BuildHasherDefault<FxHasher>>;

/// From so many on an index pays.
const MANY: usize = 256;

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Kept::Few(Vec::new()))
    }
}

impl<T: Named + Clone> List<T> {
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.shared().map(|item| &**item)
    }

    /// The things themselves, to be shared with another list.
    pub(super) fn shared(&self) -> impl Iterator<Item = &Arc<T>> {
        let (few, many) = match &self.0 {
            Kept::Few(all) => (Some(all), None),
            Kept::Many(many) => (None, Some(many.slots.iter().flatten())),
        };
        few.into_iter().flatten().chain(many.into_iter().flatten())
    }

    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Few(all) => all.len(),
            Kept::Many(many) => many.len,
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The last that came and is still there.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        match &self.0 {
            Kept::Few(all) => all.last().map(|item| &**item),
            Kept::Many(many) => {
                let slots = (0..many.slots.len()).rev();
                let mut slots = slots.filter_map(|at| many.slots.get(at)?.as_deref());
                slots.next()
            }
        }
    }

    /// The first of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&T> {
        self.get_shared(name).map(|item| &**item)
    }

    pub(super) fn push(&mut self, item: Arc<T>) {
        match &mut self.0 {
            Kept::Few(all) if all.len() < MANY => all.push(item),
            Kept::Few(all) => {
                let mut many = Many::from(std::mem::take(all));
                many.push(item);
                self.0 = Kept::Many(Box::new(many));
            }
            Kept::Many(many) => many.push(item),
        }
    }

    /// The first of this name, to be shared with another list.
    pub(super) fn get_shared(&self, name: &str) -> Option<&Arc<T>> {
        match &self.0 {
            Kept::Few(all) => all.iter().find(|item| item.name() == name),
            Kept::Many(many) => many.slots.get(*many.places.get(name)?)?.as_ref(),
        }
    }

    /// Changes the first of this name, which may get another, and tells what it is now.
    pub(super) fn change(&mut self, name: &str, change: impl FnOnce(&mut T)) -> Option<Arc<T>> {
        match &mut self.0 {
            Kept::Few(all) => {
                let item = all.iter_mut().find(|item| item.name() == name)?;
                change(Arc::make_mut(item));
                Some(item.clone())
            }
            Kept::Many(many) => many.change(name, change),
        }
    }

    /// Takes out everything of this name.
    pub(super) fn remove(&mut self, name: &str) {
        match &mut self.0 {
            Kept::Few(all) => all.retain(|item| item.name() != name),
            Kept::Many(many) if many.namesakes == 0 => many.remove(name),
            Kept::Many(_) => self.retain(|item| item.name() != name),
        }
    }

    /// Keeps what is wanted.
    pub(super) fn retain(&mut self, wanted: impl Fn(&T) -> bool) {
        match &mut self.0 {
            Kept::Few(all) => all.retain(|item| wanted(item)),
            Kept::Many(many) if many.slots.iter().flatten().all(|item| wanted(item)) => {}
            Kept::Many(many) => {
                let kept = many.slots.iter().flatten().filter(|item| wanted(item));
                *self = kept.cloned().collect();
            }
        }
    }

    /// Changes everything in it that `wanted` asks for, all but the names.
    pub(super) fn change_all(
        &mut self,
        wanted: impl Fn(&T) -> bool,
        mut change: impl FnMut(&mut T),
    ) {
        match &mut self.0 {
            Kept::Few(all) => {
                for item in all.iter_mut().filter(|item| wanted(item)) {
                    change(Arc::make_mut(item));
                }
            }
            Kept::Many(many) => {
                let slots = many.slots.iter().enumerate();
                let asked = slots.filter(|(_, slot)| slot.as_ref().is_some_and(|one| wanted(one)));
                let asked: Vec<usize> = asked.map(|(place, _)| place).collect();
                for place in asked {
                    if let Some(Some(item)) = many.slots.get_mut(place) {
                        change(Arc::make_mut(item));
                    }
                }
            }
        }
    }
}

impl<T: Named + Clone> FromIterator<Arc<T>> for List<T> {
    fn from_iter<I: IntoIterator<Item = Arc<T>>>(items: I) -> Self {
        let mut list = Self::default();
        for item in items {
            list.push(item);
        }
        list
    }
}

impl<T: Named + Clone> Many<T> {
    fn from(all: Vec<Arc<T>>) -> Self {
        let mut many = Self {
            slots: VectorSync::new_sync(),
            places: Places::new_with_hasher_and_ptr_kind(BuildHasherDefault::default()),
            namesakes: 0,
            len: 0,
        };
        for item in all {
            many.push(item);
        }
        many
    }

    fn push(&mut self, item: Arc<T>) {
        if self.places.contains_key(item.name()) {
            self.namesakes += 1;
        } else {
            let place = self.slots.len();
            self.places.insert_mut(item.name().to_owned(), place);
        }
        self.slots.push_back_mut(Some(item));
        self.len += 1;
    }

    fn change(&mut self, name: &str, change: impl FnOnce(&mut T)) -> Option<Arc<T>> {
        let place = *self.places.get(name)?;
        let item = self.slots.get_mut(place)?.as_mut()?;
        change(Arc::make_mut(item));
        let item = item.clone();
        if item.name() == name {
            return Some(item);
        }
        if self.namesakes > 0 || self.places.contains_key(item.name()) {
            *self = Self::from(self.slots.iter().flatten().cloned().collect());
        } else {
            self.places.remove_mut(name);
            self.places.insert_mut(item.name().to_owned(), place);
        }
        Some(item)
    }

    fn remove(&mut self, name: &str) {
        let Some(&place) = self.places.get(name) else {
            return;
        };
        self.slots.set_mut(place, None);
        self.places.remove_mut(name);
        self.len -= 1;
        if self.len < self.slots.len() / 2 {
            *self = Self::from(self.slots.iter().flatten().cloned().collect());
        }
    }
}
