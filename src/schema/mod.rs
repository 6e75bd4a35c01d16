//! The catalog, as the migrations so far have made it.

mod apply;
mod catalog;
mod dependency;
mod dependents;
mod distrust;
mod known;
mod link;
mod list;
mod mark;
mod naming;
mod noted;
mod relation;
#[cfg(test)]
mod tests;
mod undo;
mod visits;

pub use catalog::{Catalog, Domain, Published};
pub use dependency::{Object, Reach, sequence_name, takes_own_sequence};
pub use list::{List, Named};
pub use mark::{Made, Mark};
pub use relation::{
    Attached, Column, Constraint, Creation, Emptied, Relation, RelationId, RowSecurityState,
};
pub use undo::{Undo, UndoLists, UndoMap, UndoSet};
pub use visits::visits;
