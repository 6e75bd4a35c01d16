//! Rows for a table: a recipe for each column, given or derived from the catalog, loaded by COPY; the same seed makes the same rows.

mod candidates;
mod catalog;
mod checks;
mod derive;
mod distinct;
mod fill;
mod indexes;
mod load;
mod maker;
mod numeric;
mod partitions;
mod plan;
mod pool;
mod prepare;
mod random;
mod recipe;
mod types;
mod wire;

pub use fill::{Rows, fill};
pub use load::Loaded;
pub use plan::{Part, Plan};
pub use recipe::{
    Boolean, Bytes, Choice, Columns, Empty, ForeignKey, Integers, Intervals, Json, Money, Pick,
    Recipe, SelfReference, Sequence, Spec, Text, Timestamps, Together, Values,
};
