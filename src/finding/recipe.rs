//! Text to paste: what is advised, as migrations.

use serde::Serialize;

/// One migration of what is advised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Block {
    /// It must not run in a transaction.
    pub outside_transaction: bool,
    /// What tells the runner so, where that is a line of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<&'static str>,
    /// SQL, one statement each.
    pub statements: Vec<String>,
}

impl Block {
    /// Statements that may run in a transaction.
    #[must_use]
    pub const fn new(statements: Vec<String>) -> Self {
        Self {
            outside_transaction: false,
            head: None,
            statements,
        }
    }

    /// A statement that must not.
    #[must_use]
    pub fn outside(statement: String) -> Self {
        Self {
            outside_transaction: true,
            ..Self::new(vec![statement])
        }
    }
}
