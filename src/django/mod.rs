//! Django migrations, read without Python: a syntax tree (never executed) to operations, replayed over project state, lowered to SQL text that `sql` parses.

pub mod evaluate;
pub mod graph;
pub mod migration;
pub mod operation;
pub mod operations;
pub mod project;
pub mod syntax;
pub mod value;
