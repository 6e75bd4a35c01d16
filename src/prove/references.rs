//! What refers to what in a database: by which ways a lock reaches whoever works on another table, and which tables have rows only if others have some.

use mig_lint_demo_db::{Error, Session};
use std::collections::BTreeSet;

/// All references, by the numbers of relations, and what kind each is of.
///
/// A foreign key that acts on rows when the rows that they point at go, or change, leads a request on to what refers to those in turn.
const REFERENCES: &str = "SELECT conrelid::bigint, confrelid::bigint,
        CASE WHEN confdeltype IN ('c', 'n', 'd') OR confupdtype IN ('c', 'n', 'd') THEN 'acts' ELSE 'asks' END
    FROM pg_catalog.pg_constraint WHERE contype = 'f'
    UNION SELECT inhrelid::bigint, inhparent::bigint, 'part' FROM pg_catalog.pg_inherits
    UNION SELECT indexrelid::bigint, indrelid::bigint, 'own' FROM pg_catalog.pg_index
    UNION SELECT f.adrelid::bigint, d.refobjid::bigint, 'own' FROM pg_catalog.pg_attrdef f
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = f.oid
    JOIN pg_catalog.pg_class s ON d.refclassid = 'pg_catalog.pg_class'::regclass AND s.oid = d.refobjid
    WHERE s.relkind = 'S'
    UNION SELECT d.objid::bigint, d.refobjid::bigint, 'own' FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class s ON d.classid = 'pg_catalog.pg_class'::regclass AND s.oid = d.objid
    WHERE s.relkind = 'S' AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'i'
    UNION SELECT r.ev_class::bigint, d.refobjid::bigint, 'reads' FROM pg_catalog.pg_rewrite r
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
        AND d.refclassid = 'pg_catalog.pg_class'::regclass
    WHERE r.ev_class <> d.refobjid";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A foreign key that refuses.
    Asks,
    /// A foreign key that acts on the rows that point.
    Acts,
    /// A partition, or a child by inheritance.
    Part,
    /// An index of a table, or a sequence that it asks.
    Own,
    /// A view that reads.
    Reads,
}

struct Reference {
    from: u32,
    to: u32,
    kind: Kind,
}

/// All references of a database.
pub(super) struct References(Vec<Reference>);

impl References {
    pub(super) fn read(session: &mut Session) -> Result<Self, Error> {
        let rows = session.rows(REFERENCES)?;
        let reference = |row: &Vec<Option<String>>| {
            let number = |at: usize| row.get(at)?.as_deref()?.parse().ok();
            let kind = match row.get(2)?.as_deref()? {
                "asks" => Kind::Asks,
                "acts" => Kind::Acts,
                "part" => Kind::Part,
                "own" => Kind::Own,
                _ => Kind::Reads,
            };
            Some(Reference {
                from: number(0)?,
                to: number(1)?,
                kind,
            })
        };
        Ok(Self(rows.iter().filter_map(reference).collect()))
    }

    /// These relations, those that refer to them, and all that must have rows so that those can have some.
    pub(super) fn needed(&self, touched: &BTreeSet<u32>) -> BTreeSet<u32> {
        let counts = |kind| kind != Kind::Own;
        let mut needed = touched.clone();
        needed.extend(self.referring(touched, counts));
        Self::follow(&mut needed, |all| self.referred(all, counts));
        needed
    }

    /// The relations at which somebody may have to wait for locks on these: parts and wholes of them, what refers to them, what they refer to, and what rows
    /// of others are changed with.
    pub(super) fn reached(&self, locked: &BTreeSet<u32>) -> BTreeSet<u32> {
        let is_key = |kind| matches!(kind, Kind::Asks | Kind::Acts);
        let mut reached = locked.clone();
        self.whole(&mut reached);
        let mut more = self.referring(&reached, is_key);
        let mut parents = self.referred(&reached, is_key);
        self.whole(&mut parents);
        Self::follow(&mut parents, |all| {
            let mut acting = self.referred(all, |kind| kind == Kind::Acts);
            self.whole(&mut acting);
            acting
        });
        self.whole(&mut more);
        reached.extend(more);
        reached.extend(parents);
        reached
    }

    /// Adds partitions and what they are partitions of, indexes and their tables.
    fn whole(&self, all: &mut BTreeSet<u32>) {
        let is_same = |kind| matches!(kind, Kind::Part | Kind::Own);
        Self::follow(all, |all| {
            let mut both = self.referring(all, is_same);
            both.extend(self.referred(all, is_same));
            both
        });
    }

    /// Adds what `next` gives until that is nothing new.
    fn follow(all: &mut BTreeSet<u32>, next: impl Fn(&BTreeSet<u32>) -> BTreeSet<u32>) {
        loop {
            let before = all.len();
            let more = next(all);
            all.extend(more);
            if all.len() == before {
                return;
            }
        }
    }

    fn referring(&self, to: &BTreeSet<u32>, counts: impl Fn(Kind) -> bool) -> BTreeSet<u32> {
        let all = self.0.iter();
        let own = all.filter(|one| counts(one.kind) && to.contains(&one.to));
        own.map(|one| one.from).collect()
    }

    fn referred(&self, from: &BTreeSet<u32>, counts: impl Fn(Kind) -> bool) -> BTreeSet<u32> {
        let all = self.0.iter();
        let own = all.filter(|one| counts(one.kind) && from.contains(&one.from));
        own.map(|one| one.to).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(all: &[(u32, u32, Kind)]) -> References {
        let made = all.iter().map(|(from, to, kind)| Reference {
            from: *from,
            to: *to,
            kind: *kind,
        });
        References(made.collect())
    }

    #[test]
    fn a_lock_reaches_who_deletes_from_afar_but_not_what_is_merely_related() {
        // 1 is locked; 2 refers to it, 3 to that; 1 refers to 4, which goes with 5, which asks 6. 7 is an index of 1, 8 a partition of 4.
        let references = references(&[
            (2, 1, Kind::Asks),
            (3, 2, Kind::Asks),
            (1, 4, Kind::Asks),
            (4, 5, Kind::Acts),
            (5, 6, Kind::Asks),
            (7, 1, Kind::Own),
            (8, 4, Kind::Part),
        ]);
        let reached = references.reached(&BTreeSet::from([7]));
        assert_eq!(reached, BTreeSet::from([1, 2, 4, 5, 7, 8]));
    }

    #[test]
    fn rows_need_all_that_they_point_at() {
        let references = references(&[
            (2, 1, Kind::Asks),
            (3, 2, Kind::Asks),
            (2, 9, Kind::Acts),
            (1, 4, Kind::Asks),
            (4, 5, Kind::Part),
        ]);
        let needed = references.needed(&BTreeSet::from([1]));
        assert_eq!(needed, BTreeSet::from([1, 2, 4, 5, 9]));
    }
}
