//! What procedural code runs: the statements inside DO, functions and procedures, as far as they can be read.

use super::{Action, Name};
use crate::postgres::functions::Volatility;
use serde::Serialize;
use std::sync::Arc;

/// The statements of a body of code, in the order in which they stand.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Code {
    pub steps: Vec<CodeStep>,
    /// Some of it cannot be seen: EXECUTE of a computed string, another language.
    pub opaque: bool,
    /// The columns of `NEW` that it assigns, as the function of a trigger.
    pub fills: Vec<String>,
}

/// One statement inside code.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CodeStep {
    pub action: Action,
    /// Whether it runs depends on what only the server knows: it stands under IF, CASE or EXCEPTION, or in a loop over rows.
    pub conditional: bool,
}

/// `CREATE [OR REPLACE] FUNCTION` or `PROCEDURE`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CreateRoutine {
    pub name: Name,
    pub or_replace: bool,
    pub procedure: bool,
    /// Folded: `sql`, `plpgsql`, ...
    pub language: String,
    /// As declared; VOLATILE where nothing is said.
    pub volatility: Volatility,
    pub code: Arc<Code>,
}
