//! How fast this server works: a few statements on tables of known size, each timed by itself, to the rates that estimates rest on.

use super::options::ProofError;
use crate::estimate::{MANY, Profile, Rate, real, sorting};
use mig_lint_demo_db::{Error, Notices, Server, Session, interrupt};
use std::time::Instant;

/// How often each statement is timed: the middle one counts.
const TURNS: usize = 5;

/// How many times fewer rows the tables have that tell what does not depend on rows.
const FEWER: u64 = 10;

/// Rows in each table where nobody says more.
pub const CALIBRATION_ROWS: u64 = 100_000;

/// A table that is timed: how it is called, and its bytes.
struct Table {
    name: &'static str,
    bytes: f64,
}

struct Bench {
    session: Session,
    rows: f64,
}

/// Measures a server in a scratch database of its own, with tables of so many rows.
///
/// # Errors
/// Where the server refuses something, or goes away.
pub fn calibrate(server: &Server, rows: u64, notices: &dyn Notices) -> Result<Profile, ProofError> {
    let scratch = server.scratch()?;
    let session = scratch.connect("mig-lint calibrate")?;
    let mut bench = Bench {
        session,
        rows: real(rows),
    };
    // A large table is read by several processes; so that it shows on a small one.
    bench.session.run("SET min_parallel_table_scan_size = 0")?;
    notices.say(&format!(
        "timing a few statements on {rows} rows each, and look-ups among {MANY} keys"
    ));
    let (narrow, wide) = bench.tables(rows)?;
    let scan = bench.first_scan(&narrow, &wide)?;
    let rewrite = bench.rate(&narrow, &wide, |table| {
        format!("ALTER TABLE {table} ALTER COLUMN a TYPE bigint")
    })?;
    let update = bench.rate(&narrow, &wide, |table| {
        format!("UPDATE {table} SET b = b + 1")
    })?;
    let reading = narrow.seconds(&scan, rows);
    let bare = bench.time("UPDATE narrow SET b = b + 1")?;
    bench
        .session
        .run("CREATE INDEX ON narrow (a); CREATE INDEX ON narrow (r)")?;
    let indexed = bench.time("UPDATE narrow SET b = b + 1")?;
    let delete = bench.time("DELETE FROM plain")?;
    let look_up = bench.look_up("narrow", "parents", rows, &scan)?;
    let look_up_far = bench.look_up("far_children", "far_parents", MANY, &scan)?;
    let made = bench.time("ALTER TABLE plain ADD COLUMN made float DEFAULT random()")?;
    let drawn = bench.time("ALTER TABLE plain ADD COLUMN made uuid DEFAULT gen_random_uuid()")?;
    let more = 1.0 - 1.0 / real(FEWER);
    let mut build = |table: &str, what: &str| {
        // What an index costs however few rows there are is not to be taken for the cost of rows.
        let seconds = bench.time(&format!("CREATE INDEX ON {table} {what}"))?
            - bench.time(&format!("CREATE INDEX ON {table}_few {what}"))?;
        let least = more * reading / 10.0;
        Ok::<f64, Error>(more * bench.rows / (seconds - more * reading).max(least))
    };
    let (btree_text, hash) = (build("texts", "(t)")?, build("narrow", "USING hash (r)")?);
    let (gist, gin) = (
        build("points", "USING gist (p)")?,
        build("documents", "USING gin (d)")?,
    );
    // Some keys come in order, as those of a sequence do, and some in none.
    let mut sorted = |name: &'static str, key: &str| {
        let reading = bench.table(name)?.seconds(&scan, MANY);
        let seconds = bench.time(&format!("CREATE INDEX ON {name} ({key})"))?;
        Ok::<f64, Error>(real(MANY) / (seconds - reading).max(seconds / 10.0))
    };
    let btree = f64::midpoint(sorted("far_children", "r")?, sorted("far_parents", "id")?);
    let profile = Profile {
        scan,
        rewrite,
        update: Rate {
            // Finding the rows is a job of its own.
            rows: 1.0 / (1.0 / update.rows - 1.0 / scan.rows).max(0.1 / update.rows),
            bytes: update.bytes,
        },
        entry: 2.0 * bench.rows / (indexed - bare).max(indexed / 10.0),
        delete: bench.rows / (delete - reading).max(delete / 10.0),
        look_up,
        look_up_far,
        draw: bench.rows / (drawn - made).max(drawn / 10.0),
        btree: btree * sorting(real(MANY)),
        btree_text: btree_text * sorting(bench.rows),
        hash: hash * sorting(bench.rows),
        gist: gist * sorting(bench.rows),
        gin,
    };
    Ok(profile)
}

impl Table {
    fn seconds(&self, rate: &Rate, rows: u64) -> f64 {
        real(rows) / rate.rows + self.bytes / rate.bytes
    }
}

impl Bench {
    /// Makes the tables; gives the two that differ in nothing but their width.
    fn tables(&mut self, rows: u64) -> Result<(Table, Table), Error> {
        // Keys come in no order, as those of a table that has lived.
        let order = format!("(n * 7919) % {rows}");
        let far = MANY;
        self.session.run(&format!(
            "CREATE TABLE parents (id int PRIMARY KEY);
             INSERT INTO parents SELECT generate_series(0, {rows} - 1);
             CREATE TABLE narrow (a int, b int, r int);
             INSERT INTO narrow SELECT n, n, {order} FROM generate_series(1, {rows}::bigint) n;
             CREATE TABLE wide (a int, b int, r int, filler text);
             INSERT INTO wide SELECT n, n, {order}, repeat('x', 400) FROM generate_series(1, {rows}::bigint) n;
             CREATE TABLE far_parents (id int PRIMARY KEY);
             INSERT INTO far_parents SELECT generate_series(0, {far} - 1);
             CREATE TABLE far_children (r int);
             INSERT INTO far_children SELECT (n * 7919) % {far} FROM generate_series(1, {far}::bigint) n;
             CREATE TABLE plain AS SELECT * FROM narrow;
             CREATE TABLE texts (t text);
             INSERT INTO texts SELECT left(md5(n::text), 16) FROM generate_series(1, {rows}::bigint) n;
             CREATE TABLE points (p point);
             INSERT INTO points SELECT point({order}, n) FROM generate_series(1, {rows}::bigint) n;
             CREATE TABLE documents (d jsonb);
             INSERT INTO documents SELECT jsonb_build_object('id', n, 'name', md5(n::text), 'kind', n % 10) FROM generate_series(1, {rows}::bigint) n;
             ANALYZE"
        ))?;
        let few = rows / FEWER;
        for table in ["narrow", "texts", "points", "documents"] {
            self.session.run(&format!(
                "CREATE TABLE {table}_few AS SELECT * FROM {table} LIMIT {few}; ANALYZE {table}_few"
            ))?;
        }
        Ok((self.table("narrow")?, self.table("wide")?))
    }

    fn table(&mut self, name: &'static str) -> Result<Table, Error> {
        let answer = self
            .session
            .rows(&format!("SELECT pg_relation_size('{name}')"))?;
        let bytes = answer.into_iter().flatten().flatten().next();
        let bytes = bytes.and_then(|bytes| bytes.parse().ok()).unwrap_or(1.0);
        Ok(Table { name, bytes })
    }

    /// Reading rows that nobody has read since they were written: hint bits are set meanwhile. Pages that lie on a disk take as long or longer.
    fn first_scan(&mut self, narrow: &Table, wide: &Table) -> Result<Rate, Error> {
        let mut seconds = [Vec::new(), Vec::new()];
        for _ in 0..TURNS {
            for (table, seconds) in [narrow, wide].into_iter().zip(&mut seconds) {
                interrupt::check()?;
                self.session.run(&format!(
                    "DROP TABLE IF EXISTS fresh; CREATE TABLE fresh AS SELECT * FROM {}",
                    table.name
                ))?;
                let start = Instant::now();
                self.session.run("ALTER TABLE fresh ADD CHECK (a >= 0)")?;
                seconds.push(start.elapsed().as_secs_f64());
            }
        }
        let [short, long] = seconds.map(middle);
        Ok(self.parted((narrow, short), (wide, long)))
    }

    /// How many rows of a table in a second are looked up in another one of as many keys, or made ready to be found there.
    fn look_up(
        &mut self,
        children: &'static str,
        parents: &'static str,
        rows: u64,
        scan: &Rate,
    ) -> Result<f64, Error> {
        let mut reading = 0.0;
        for name in [children, parents] {
            reading += self.table(name)?.seconds(scan, rows);
        }
        let statement = format!("ALTER TABLE {children} ADD FOREIGN KEY (r) REFERENCES {parents}");
        let seconds = self.time(&statement)?;
        Ok(2.0 * real(rows) / (seconds - reading).max(seconds / 10.0))
    }

    /// What rows cost and what bytes do, from two tables of as many rows.
    fn rate(
        &mut self,
        narrow: &Table,
        wide: &Table,
        statement: impl Fn(&str) -> String,
    ) -> Result<Rate, Error> {
        let short = self.time(&statement(narrow.name))?;
        let long = self.time(&statement(wide.name))?;
        Ok(self.parted((narrow, short), (wide, long)))
    }

    fn parted(&self, (narrow, short): (&Table, f64), (wide, long): (&Table, f64)) -> Rate {
        let of_byte = ((long - short) / (wide.bytes - narrow.bytes)).max(1e-12);
        // A row always costs something, whatever noise says.
        let of_rows = (short - narrow.bytes * of_byte).max(short / 10.0);
        Rate {
            rows: self.rows / of_rows,
            bytes: 1.0 / of_byte,
        }
    }

    /// How long a statement takes, without its commit: it is taken back each time. What that leaves behind is swept away.
    fn time(&mut self, statement: &str) -> Result<f64, Error> {
        let mut seconds = Vec::new();
        for _ in 0..TURNS {
            interrupt::check()?;
            self.session.run("BEGIN")?;
            let start = Instant::now();
            self.session.run(statement)?;
            seconds.push(start.elapsed().as_secs_f64());
            self.session.run("ROLLBACK")?;
            if statement.starts_with("UPDATE") {
                self.session.run("VACUUM")?;
            }
        }
        Ok(middle(seconds))
    }
}

fn middle(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[TURNS / 2]
}
