//! The names of variables that a block of PL/pgSQL sees.

use crate::sql::cursor::Cursor;
use std::collections::HashSet;

/// What is there without being declared; the rows and TG_ variables are those of a trigger's function.
const ALWAYS: &[&str] = &["found", "new", "old", "sqlstate", "sqlerrm"];

/// Folded names of variables, arguments, and of the blocks that qualify them; a name once seen stays, as if every block could see it.
#[derive(Clone, Default)]
pub(super) struct Scope {
    names: HashSet<String>,
}

impl Scope {
    pub(super) fn add(&mut self, name: &str) {
        self.names.insert(name.to_owned());
    }

    /// An argument: its mode, its name and its type, of which the name may be missing.
    pub(super) fn parameter(&mut self, mut written: Cursor) {
        const MODES: &[&str] = &["in", "out", "inout", "variadic"];
        while written.eat_any(MODES).is_some() {}
        if let Some(name) = written.label() {
            self.names.insert(name);
        }
    }

    /// Whether a variable may be called so.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name) || ALWAYS.contains(&name) || name.starts_with("tg_")
    }
}
