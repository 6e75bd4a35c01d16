//! Django migrations, read without Python: a syntax tree (never executed) to operations, replayed over project state, lowered to SQL text that `sql` parses.

pub mod migration;
pub mod operation;
pub mod value;
