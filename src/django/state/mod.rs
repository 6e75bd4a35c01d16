//! The state of a project's models, as Django's `ProjectState` keeps it while migrations are replayed.

mod apply;
mod columns;
mod external;
mod key;
mod model;
mod models;
mod project;
mod related;
mod rename;
mod through;

pub(super) use apply::order_field;
pub use columns::{Params, Target};
pub use key::ModelKey;
pub(super) use model::name_of;
pub use model::{Model, Options};
pub use project::State;
