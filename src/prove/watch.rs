//! Which probes are tried beside a statement: those that may have to wait for its locks, or that are said to.

use super::case::Statement;
use super::near::{Near, predicted};
use super::references::References;
use mig_lint_demo_db::observe::{self, Lock, Relation};
use mig_lint_demo_db::probe::{self, Kind, Probe};
use mig_lint_demo_db::{Error, Session};

/// The probes that are at hand.
#[derive(Default)]
pub(super) struct Watch {
    /// What the case is near to; all, where it is left out.
    pub(super) near: Option<Near>,
    probes: Vec<Probe>,
    references: Option<References>,
}

impl Watch {
    /// Makes the probes anew, of the rows that are there; whoever has a table locked is waited for.
    pub(super) fn plan(&mut self, observer: &mut Session) -> Result<(), Error> {
        let filled = self.near.as_ref().and_then(|near| near.filled.as_ref());
        let wanted = |relation: &Relation| filled.is_none_or(|it| it.contains(&relation.oid));
        self.probes = probe::plan(observer, &Kind::ALL, &wanted)?;
        self.references = match self.near {
            Some(_) => Some(References::read(observer)?),
            None => None,
        };
        Ok(())
    }

    /// Those to try while these locks are held; of a case that is near to all, all.
    pub(super) fn of(
        &self,
        statement: &Statement,
        locks: &[Lock],
        observer: &mut Session,
    ) -> Result<Vec<Probe>, Error> {
        let Some(references) = &self.references else {
            return Ok(self.probes.clone());
        };
        let mut locked = predicted(statement, &observe::relations(observer)?);
        locked.extend(locks.iter().map(|lock| lock.relation));
        let reached = references.reached(&locked);
        let near = self.probes.iter();
        let near = near.filter(|probe| reached.contains(&probe.relation));
        Ok(near.cloned().collect())
    }
}
