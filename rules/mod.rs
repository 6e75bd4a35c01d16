//! The list of rules: one line a rule, in the order in which they are shown.

pub mod alter_column_type;
pub mod blocking_work;
pub mod broken_migration_graph;
pub mod drop_column;
pub mod drop_table;
pub mod enum_value_used_too_early;
pub mod fk_without_not_valid;
pub mod lock_without_timeout;
pub mod non_concurrent_index;
pub mod not_null_column_without_default;
pub mod not_null_on_existing_column;
pub mod pending_trigger_events;
pub mod refused_by_server;
pub mod refused_in_transaction;
pub mod rename_column;
pub mod rename_table;
pub mod required_column;
pub mod suppression_without_reason;
pub mod syntax_error;
pub mod unique_on_existing_rows;
pub mod unknown_statement;
pub mod unread_migration;
pub mod unreadable_file;
pub mod unused_suppression;
