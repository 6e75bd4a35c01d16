//! What a server shows of statements: locks, work and waits, in the words of `tests/data/locks`.

use mig_lint::postgres::{Access, LockMode};
use mig_lint_demo_db::observe::{self, Counts, Relation};
use mig_lint_demo_db::probe::{self, Kind, Outcome};
use mig_lint_demo_db::{Error, Scratch, Server, Session};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How long a probe may take without being found to wait.
const PATIENCE: Duration = Duration::from_millis(400);
/// Beyond the schema, what every observed session begins with.
const SESSION: &str = "SET client_min_messages = error; SET timezone = 'Europe/Berlin'; SET max_parallel_workers_per_gather = 0; \
     SET max_parallel_maintenance_workers = 0; SET statement_timeout = '20s'";

/// What was seen of one case on one server. Relations by the name that they had before, with the schema where that is not `public`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observation {
    /// The server's words, where it refused.
    pub(crate) error: Option<String>,
    /// The strongest lock on each.
    pub(crate) locks: BTreeMap<String, LockMode>,
    pub(crate) indexes: BTreeSet<String>,
    pub(crate) rewrites: BTreeSet<String>,
    pub(crate) rebuilds: BTreeSet<String>,
    /// Tables of which all rows were read in sequence.
    pub(crate) scans: BTreeSet<String>,
    /// Tables that got a new index.
    pub(crate) builds: BTreeSet<String>,
    /// Rows written, by what was done to them.
    pub(crate) written: BTreeMap<String, BTreeMap<String, i64>>,
    /// Relations that are not there any more.
    pub(crate) gone: BTreeSet<String>,
    /// Rows inserted, updated and deleted.
    pub(crate) writes: BTreeMap<String, i64>,
    /// By table, who waited; every table that was probed has an entry.
    pub(crate) waits: BTreeMap<String, BTreeSet<Access>>,
    /// Pairs of tables, the first of which refers to the second, or is a part of it.
    pub(crate) keys: BTreeSet<(String, String)>,
    /// Those of them by which rows of the first are written where rows of the second go.
    pub(crate) writing: BTreeSet<(String, String)>,
    pub(crate) parts: BTreeSet<(String, String)>,
    /// By table, who was refused before it would have waited, or waited for nobody that is known.
    pub(crate) unclear: BTreeMap<String, BTreeSet<Access>>,
}

impl Observation {
    /// Whether a table is locked, or its rows are referred to from a table that is.
    pub(crate) fn is_beside(&self, table: &str) -> bool {
        let whole = |name: &str| {
            let above = self.parts.iter().filter(|(part, _)| part == name);
            let mut all = vec![name.to_owned()];
            all.extend(above.map(|(_, whole)| whole.clone()));
            all
        };
        let tables = whole(table);
        self.locks.contains_key(table)
            || self.keys.iter().any(|key| {
                let writes = self.writing.contains(key);
                let asks = |lock: &LockMode| {
                    LockMode::RowShare.conflicts_with(*lock)
                        || writes && LockMode::RowExclusive.conflicts_with(*lock)
                };
                let locked = |name: &String| self.locks.get(name).is_some_and(asks);
                tables.contains(&key.1) && whole(&key.0).iter().any(locked)
            })
    }

    /// Whether new rows of a table refer to one of which a part is locked, so that not all of them wait.
    pub(crate) fn refers_to_parts(&self, table: &str) -> bool {
        let above = self.parts.iter().filter(|(part, _)| part == table);
        let mut all = above.map(|(_, whole)| whole.as_str()).chain([table]);
        all.any(|name| {
            let mut keys = self.keys.iter().filter(|(child, _)| child == name);
            keys.any(|(_, parent)| {
                self.is_above(parent) || self.parts.iter().any(|(part, _)| part == parent)
            })
        })
    }

    /// Whether a part of a table is locked more strongly than the table, or refers elsewhere.
    pub(crate) fn is_above(&self, table: &str) -> bool {
        self.parts.iter().any(|(_, whole)| whole == table)
    }
}

/// A database that was set up, and what it held then.
pub(crate) struct Bench {
    scratch: Scratch,
    observer: Session,
    /// What the server took of the set-up.
    pub(crate) setup: Vec<String>,
    /// Rows in each table.
    pub(crate) rows: BTreeMap<String, i64>,
    relations: Vec<Relation>,
    /// Pairs of tables of which one may make users of the other wait.
    neighbours: Vec<(u32, u32)>,
    keys: BTreeSet<(String, String)>,
    writing: BTreeSet<(String, String)>,
    parts: BTreeSet<(String, String)>,
}

impl Bench {
    /// Runs a set-up, passing over what the server refuses.
    pub(crate) fn new(server: &Server, setup: &[String]) -> Result<Self, Error> {
        let scratch = server.scratch()?;
        let mut observer = scratch.connect("mig-lint observer")?;
        observer.run(SESSION)?;
        let mut taken = Vec::new();
        for sql in setup {
            match observer.run(sql) {
                Ok(()) => taken.push(sql.clone()),
                Err(Error::Sql(_)) => {}
                Err(other) => return Err(other),
            }
        }
        let relations = observe::relations(&mut observer)?;
        let mut rows = BTreeMap::new();
        for relation in relations.iter().filter(|one| matches!(one.kind, 'r' | 'm')) {
            let count = observer.rows(&format!("SELECT count(*) FROM ONLY {}", relation.quoted()));
            let count = match count {
                Err(Error::Sql(_)) => 0,
                other => number(&other?),
            };
            rows.insert(relation.display(), count);
        }
        let neighbours = neighbours(&mut observer)?;
        let keys = pairs(
            &mut observer,
            "SELECT conrelid::regclass, confrelid::regclass FROM pg_constraint WHERE contype = 'f'",
        )?;
        let writing = pairs(
            &mut observer,
            "SELECT conrelid::regclass, confrelid::regclass FROM pg_constraint WHERE contype = 'f' AND confdeltype NOT IN ('a', 'r')",
        )?;
        let parts = pairs(
            &mut observer,
            "WITH RECURSIVE above AS (SELECT inhrelid, inhparent FROM pg_inherits
             UNION SELECT a.inhrelid, i.inhparent FROM above a JOIN pg_inherits i ON i.inhrelid = a.inhparent)
             SELECT inhrelid::regclass, inhparent::regclass FROM above",
        )?;
        Ok(Self {
            scratch,
            observer,
            setup: taken,
            rows,
            relations,
            neighbours,
            keys,
            writing,
            parts,
        })
    }

    /// The session that looks on.
    pub(crate) const fn observer(&mut self) -> &mut Session {
        &mut self.observer
    }

    /// Runs statements in a transaction that is rolled back; `waits`: tries who waits before that.
    pub(crate) fn observe(&mut self, sql: &[String], waits: bool) -> Result<Observation, Error> {
        let probes = if waits {
            probe::plan(&mut self.observer, &Kind::ALL, &|_| true)?
        } else {
            Vec::new()
        };
        let mut holder = self.scratch.connect("mig-lint holder")?;
        holder.run(SESSION)?;
        holder.run("BEGIN")?;
        let mut seen = Observation {
            keys: self.keys.clone(),
            writing: self.writing.clone(),
            parts: self.parts.clone(),
            ..Observation::default()
        };
        for one in sql {
            match holder.run(one) {
                Ok(()) => {}
                Err(Error::Sql(error)) => {
                    seen.error = Some(error.to_string());
                    return Ok(seen);
                }
                Err(other) => return Err(other),
            }
        }
        let names: BTreeMap<u32, String> = self
            .relations
            .iter()
            .map(|one| (one.oid, one.display()))
            .collect();
        for lock in observe::held(&mut self.observer, holder.pid())? {
            if let Some(name) = names.get(&lock.relation)
                && let Ok(mode) = serde_json::from_value::<LockMode>(lock.mode.into())
            {
                let known = seen.locks.entry(name.clone()).or_insert(mode);
                *known = (*known).max(mode);
            }
        }
        self.work(&mut holder, &mut seen)?;
        if waits {
            self.waits(&probes, &holder, &names, &mut seen)?;
        }
        holder.run("ROLLBACK")?;
        drop(holder);
        if waits {
            probe::drop_indexes(&mut self.observer)?;
        }
        Ok(seen)
    }

    fn work(&self, holder: &mut Session, seen: &mut Observation) -> Result<(), Error> {
        let counts: BTreeMap<u32, Counts> = observe::of_this_transaction(holder)?;
        let now: BTreeMap<u32, Relation> = observe::relations(holder)?
            .into_iter()
            .map(|one| (one.oid, one))
            .collect();
        let indexes = now.values().filter(|one| one.is_index());
        let by_name: BTreeMap<String, &Relation> =
            indexes.map(|one| (one.display(), one)).collect();
        let known: BTreeMap<u32, String> = self
            .relations
            .iter()
            .map(|one| (one.oid, one.display()))
            .collect();
        let new = now
            .values()
            .filter(|one| one.is_index() && !known.contains_key(&one.oid));
        let new = new.filter(|one| {
            !by_name
                .get(&one.display())
                .is_some_and(|_| known.values().any(|name| *name == one.display()))
        });
        seen.builds = new
            .filter_map(|one| known.get(&one.table?).cloned())
            .collect();
        for before in &self.relations {
            let name = before.display();
            if !now.contains_key(&before.oid) {
                seen.gone.insert(name.clone());
            }
            if before.is_index() {
                seen.indexes.insert(name.clone());
            }
            // An index that is made anew keeps its name alone.
            let after = now.get(&before.oid).or_else(|| by_name.get(&name).copied());
            let moved = after.is_some_and(|after| after.filenode != before.filenode);
            match before.kind {
                'r' | 'm' if moved => _ = seen.rewrites.insert(name.clone()),
                'i' if moved => _ = seen.rebuilds.insert(name.clone()),
                _ => {}
            }
            let Some(counted) = counts.get(&before.oid).filter(|_| !before.is_index()) else {
                continue;
            };
            let rows = self.rows.get(&name).copied().unwrap_or_default();
            if counted.read >= rows && rows >= LEAST {
                seen.scans.insert(name.clone());
            }
            let all = [
                ("inserts", counted.inserted),
                ("updates", counted.updated),
                ("deletes", counted.deleted),
            ];
            let done = all.into_iter().filter(|(_, count)| *count > 0);
            let done: BTreeMap<String, i64> =
                done.map(|(what, count)| (what.to_owned(), count)).collect();
            if !done.is_empty() {
                seen.written.insert(name.clone(), done);
            }
            if counted.written() > 0 {
                seen.writes.insert(name, counted.written());
            }
        }
        Ok(())
    }

    /// Tries every kind on every locked relation and on those beside it, each relation by a new session.
    fn waits(
        &mut self,
        probes: &[probe::Probe],
        holder: &Session,
        names: &BTreeMap<u32, String>,
        seen: &mut Observation,
    ) -> Result<(), Error> {
        let by_name: BTreeMap<&String, u32> =
            names.iter().map(|(oid, name)| (name, *oid)).collect();
        let mut near: BTreeSet<u32> = seen
            .locks
            .keys()
            .filter_map(|name| by_name.get(name).copied())
            .collect();
        for _ in 0..2 {
            let more = self.neighbours.iter().filter(|(one, _)| near.contains(one));
            let more: Vec<u32> = more.map(|(_, other)| *other).collect();
            near.extend(more);
        }
        let mut prober: Option<(u32, Session)> = None;
        for one in probes.iter().filter(|probe| near.contains(&probe.relation)) {
            if prober.as_ref().is_none_or(|(of, _)| *of != one.relation) {
                let mut session = self.scratch.connect("mig-lint probe")?;
                session.run("SET client_min_messages = error")?;
                prober = Some((one.relation, session));
            }
            let (Some((_, session)), Some(name)) = (&mut prober, names.get(&one.relation)) else {
                continue;
            };
            let outcome = probe::attempt(session, &mut self.observer, one, holder.pid(), PATIENCE)?;
            let access = Access::from(one.kind);
            let waits = seen.waits.entry(name.clone()).or_default();
            match outcome {
                Outcome::Waited => _ = waits.insert(access),
                Outcome::Served => {}
                Outcome::Refused(_) | Outcome::Unclear(_) => {
                    _ = seen.unclear.entry(name.clone()).or_default().insert(access);
                }
            }
        }
        Ok(())
    }
}

/// Of a table with fewer rows nobody can tell whether all were read.
pub(crate) const LEAST: i64 = 30;

fn number(rows: &[Vec<Option<String>>]) -> i64 {
    let first = rows.first().and_then(|row| row.first()?.as_deref());
    first.and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn pairs(session: &mut Session, sql: &str) -> Result<BTreeSet<(String, String)>, Error> {
    let rows = session.rows(sql)?;
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    Ok(rows
        .iter()
        .map(|row| (text(&row[0]), text(&row[1])))
        .collect())
}

/// Both ways by foreign keys, partitions and children; from indexes and sequences to their tables.
fn neighbours(session: &mut Session) -> Result<Vec<(u32, u32)>, Error> {
    let rows = session.rows(
        "SELECT conrelid, confrelid FROM pg_constraint WHERE contype = 'f' UNION SELECT confrelid, conrelid FROM pg_constraint WHERE contype = 'f'
         UNION SELECT inhrelid, inhparent FROM pg_inherits UNION SELECT inhparent, inhrelid FROM pg_inherits
         UNION SELECT indexrelid, indrelid FROM pg_index WHERE indrelid >= 16384
         UNION SELECT objid, refobjid FROM pg_depend WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND refobjsubid > 0 AND deptype IN ('a', 'i')
         UNION SELECT refobjid, adrelid FROM pg_depend d JOIN pg_attrdef a ON a.oid = d.objid AND d.classid = 'pg_attrdef'::regclass WHERE d.refclassid = 'pg_class'::regclass",
    )?;
    let oid = |field: &Option<String>| {
        field
            .as_deref()
            .and_then(|text| text.parse().ok())
            .unwrap_or_default()
    };
    Ok(rows
        .iter()
        .map(|row| (oid(&row[0]), oid(&row[1])))
        .collect())
}
