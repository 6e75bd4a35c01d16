//! The list of rules: one line a rule, in the order in which they are shown.

pub mod unknown_statement;
