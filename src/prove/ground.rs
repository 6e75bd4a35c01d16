//! The ground of somebody's own migrations: the database that all before them have made, once, of which every run gets a copy.

use super::elsewhere::Elsewhere;
use mig_lint_demo_db::{Error, Scratch, Server};

/// The database as it is before the first observed migration.
pub(super) struct Ground {
    pub(super) scratch: Scratch,
    pub(super) elsewhere: Elsewhere,
    /// Of the server: the history or a stand-in may have made some.
    pub(super) roles: Vec<String>,
    /// How many statements were left out.
    pub(super) left_out: usize,
}

impl Ground {
    /// A copy, for a run; nobody may be connected to the ground itself.
    pub(super) fn copy(&self, server: &Server) -> Result<Scratch, Error> {
        server.scratch_like(&self.scratch, &self.roles)
    }
}
