//! What a finding knows, as numbers and names: who waits, how large tables are. A report words it.

use super::Names;
use crate::postgres::{Access, Accesses};
use crate::sizes::Size;

/// How many sizes are kept.
const SIZES: usize = 3;

/// Who waits while a statement works, by what the tables have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    pub groups: Vec<WaitGroup>,
    /// Whether one of the tables can be written to: nobody but REFRESH writes to a materialized view.
    pub writable: bool,
}

/// Tables for which the same has to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitGroup {
    /// Everyday work, in the order of [`Access::EVERYDAY`].
    pub kinds: Accesses,
    pub tables: Names,
}

impl Waits {
    /// A table; other than everyday work does not count.
    pub fn add(&mut self, waiting: Accesses, table: &str) {
        if let Some(tables) = self.tables(waiting) {
            tables.push(table);
        }
    }

    /// Whether everybody who waits for the tables named in another one waits here too.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.groups.iter().all(|group| {
            let mut tables = group.tables.few().iter();
            tables.all(|table| {
                let mut own = self.groups.iter();
                own.any(|own| {
                    let mut kinds = group.kinds.iter();
                    own.tables.few().contains(table) && kinds.all(|kind| own.kinds.contains(kind))
                })
            })
        })
    }

    /// So many more tables.
    pub fn add_unnamed(&mut self, waiting: Accesses, number: usize) {
        if let Some(tables) = self.tables(waiting).filter(|_| number > 0) {
            tables.push_unnamed(number);
        }
    }

    /// The tables for which the same has to wait.
    fn tables(&mut self, waiting: Accesses) -> Option<&mut Names> {
        let kinds = waiting.among(Accesses::of(&Access::EVERYDAY));
        if kinds.is_empty() {
            return None;
        }
        let known = self.groups.iter().position(|group| group.kinds == kinds);
        let at = known.unwrap_or_else(|| {
            let tables = Names::default();
            self.groups.push(WaitGroup { kinds, tables });
            self.groups.len() - 1
        });
        Some(&mut self.groups[at].tables)
    }
}

/// The sizes of the tables that are worked on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableSizes {
    /// The first few of which something is known.
    pub known: Vec<(String, Size)>,
    /// How many more there are.
    pub more: usize,
    pub unknown: Names,
}

impl TableSizes {
    /// One more table.
    pub fn add(&mut self, table: &str, size: Option<&Size>) {
        match size.filter(|size| size.rows.is_some()) {
            Some(size) if self.known.len() < SIZES => {
                self.known.push((table.to_owned(), size.clone()));
            }
            Some(_) => self.more += 1,
            None => self.unknown.push(table),
        }
    }
}
