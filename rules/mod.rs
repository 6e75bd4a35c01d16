//! The list of rules: one line a rule, in the order in which they are shown.

pub mod alter_column_type;
pub mod blocking_work;
pub mod broken_migration_graph;
pub mod drop_column;
pub mod fk_without_not_valid;
pub mod non_concurrent_index;
pub mod not_null_on_existing_column;
pub mod suppression_without_reason;
pub mod syntax_error;
pub mod unknown_statement;
pub mod unreadable_file;
pub mod unused_suppression;
