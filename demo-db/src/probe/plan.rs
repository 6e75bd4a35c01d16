//! What to try on each table: statements on rows that are there, made from the catalog.

use super::kind::{INDEX_PREFIX, Kind};
use super::table::Table;
use crate::error::Error;
use crate::observe::{Relation, relations};
use crate::session::Session;

/// One thing to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The table that it is tried on.
    pub relation: u32,
    pub kind: Kind,
    /// How a person calls it.
    pub label: String,
    pub sql: String,
}

impl Probe {
    /// Runs it in a transaction that is open already; what is deferred to the commit is looked up too, since none comes.
    pub(super) fn run(&self, session: &mut Session) -> Result<(), Error> {
        session.run(&self.sql)?;
        match self.kind {
            Kind::Insert | Kind::Update | Kind::Delete => {
                session.run("SET CONSTRAINTS ALL IMMEDIATE")
            }
            _ => Ok(()),
        }
    }
}

/// Probes of these kinds for each table that others can see now and that is `wanted`. Rows of it are read: whoever has it locked is waited for.
pub fn plan(
    session: &mut Session,
    kinds: &[Kind],
    wanted: &dyn Fn(&Relation) -> bool,
) -> Result<Vec<Probe>, Error> {
    let mut probes = Vec::new();
    for relation in relations(session)? {
        if !relation.is_table() || !wanted(&relation) {
            continue;
        }
        let table = Table::read(session, relation)?;
        for kind in kinds {
            probes.push(Probe {
                relation: table.relation.oid,
                kind: *kind,
                label: table.relation.display(),
                sql: table.sql(*kind),
            });
        }
    }
    Ok(probes)
}

/// Drops what `CREATE INDEX CONCURRENTLY` has left: whole indexes, and invalid ones where it was interrupted.
pub fn drop_indexes(session: &mut Session) -> Result<(), Error> {
    for relation in relations(session)? {
        if relation.is_index() && relation.name.starts_with(INDEX_PREFIX) {
            session.run(&format!("DROP INDEX IF EXISTS {}", relation.quoted()))?;
        }
    }
    Ok(())
}
