//! What git knows: which files are new or changed since a revision, and the text of those that are staged.

mod listing;
mod repository;
mod since;
mod staged;

pub use repository::{GitError, Repository};
pub use since::Since;
pub use staged::Staged;
