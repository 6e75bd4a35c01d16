//! Django migrations, read without Python: a syntax tree (never executed) to operations, replayed over project state, lowered to SQL text that `sql` parses.

mod branches;
pub mod compiled;
mod describe;
pub mod evaluate;
pub mod facts;
pub mod fields;
pub mod graph;
mod lower;
pub mod migration;
pub mod operation;
pub mod operations;
pub mod project;
pub mod schema_editor;
pub mod state;
pub mod syntax;
pub mod value;
