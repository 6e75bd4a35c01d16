//! Rows into a table: made on one thread, sent by `COPY ... (FORMAT binary)` on another, its indexes built when all rows are there.

use std::io::{self, Write as _};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;

use super::catalog::{Column, Foreign, Table, listed, literal, quoted};
use super::indexes::{self, Suspended};
use super::maker::Maker;
use super::plan::{Part, Plan};
use super::prepare::Place;
use super::recipe::Values;
use crate::{Error, Notices, Session, Unit, interrupt};

/// How many bytes are sent at once.
const CHUNK: usize = 128 * 1024;
/// How many chunks may wait for the server.
const WAITING: usize = 8;
/// The signature, no flags, no extension (documentation of COPY, "Binary Format").
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();

/// What a load did.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    pub table: String,
    pub rows: u64,
    /// Until the last row was there.
    pub copying: Duration,
    /// Building indexes and checking what was not checked row by row.
    pub indexing: Duration,
    /// VACUUM and ANALYZE.
    pub settling: Duration,
    /// What was done in another way than usual, and why.
    pub notes: Vec<String>,
}

impl Plan {
    /// Loads the rows, all or none; tables that this one points at must have theirs already.
    ///
    /// For a superuser the table's indexes are built after the rows, and triggers and foreign keys do not fire for each row (keys that
    /// were not read from the parent are checked at the end); for other roles everything stays on, and the load is slower. The definition
    /// of the table and of what belongs to it is not touched.
    pub fn load(&self, session: &mut Session, notices: &dyn Notices) -> Result<Loaded, Error> {
        let table = Table::describe(session, &self.table)?;
        let mut loaded = Loaded {
            table: table.name.clone(),
            rows: self.rows(),
            ..Loaded::default()
        };
        if let Some(column) = table.columns.iter().find(|column| !column.base.is_read) {
            let message = format!(
                "is of type {}, which has no RECEIVE function: no row can be sent",
                column.type_text
            );
            return Err(Error::column(&table.name, &column.name, &message));
        }
        let crews = self.crews(session, &table)?;
        loaded.notes.extend(self.server_made(&table));
        session.run("BEGIN")?;
        let outcome = self.transaction(session, &table, &crews, notices, &mut loaded);
        notices.end(&step(&table));
        if let Err(error) = outcome {
            // The error that counts is the first; a lost connection has rolled back already.
            drop(session.client().batch_execute("ROLLBACK"));
            return Err(error);
        }
        let start = Instant::now();
        settle(session, &table, &self.parts)?;
        loaded.settling = start.elapsed();
        Ok(loaded)
    }

    fn crews(&self, session: &mut Session, table: &Table) -> Result<Vec<Vec<Maker>>, Error> {
        let mut crews = Vec::new();
        for part in &self.parts {
            let place = Place {
                table,
                part,
                seed: self.seed,
            };
            let makers = filled(table, part)?
                .into_iter()
                .map(|column| place.maker(session, column));
            crews.push(makers.collect::<Result<_, _>>()?);
        }
        Ok(crews)
    }

    fn transaction(
        &self,
        session: &mut Session,
        table: &Table,
        crews: &[Vec<Maker>],
        notices: &dyn Notices,
        loaded: &mut Loaded,
    ) -> Result<(), Error> {
        let start = Instant::now();
        let suspended = Suspended::new(session, table)?;
        if suspended.is_none() {
            loaded.notes.push(format!("{}: this role is no superuser, so rows were loaded with indexes and triggers in place", table.name));
        }
        let mut done = 0;
        for (part, makers) in self.parts.iter().zip(crews) {
            let target = if part.table == self.table {
                &table.name
            } else {
                &part.table
            };
            let freeze = indexes::emptied(session, table, target)?;
            let columns: Vec<&Column> = filled(table, part)?;
            let names = listed(columns.iter().map(|column| &column.name));
            let options = if freeze {
                "FORMAT binary, FREEZE"
            } else {
                "FORMAT binary"
            };
            let statement = format!("COPY {target} ({names}) FROM STDIN ({options})");
            let tell = &mut |rows| {
                notices.progress(&step(table), Unit::Rows, done + rows, Some(loaded.rows));
            };
            copy(session, &statement, part, (&columns, makers), tell)?;
            done += part.rows;
        }
        loaded.copying = start.elapsed();
        let start = Instant::now();
        if let Some(suspended) = suspended {
            suspended.build(session)?;
            for key in &table.foreign_keys {
                if !self.reads(key) {
                    prove(session, table, key)?;
                }
            }
        }
        session.run("COMMIT")?;
        loaded.indexing = start.elapsed();
        Ok(())
    }

    /// Columns whose type has no encoding here.
    fn server_made(&self, table: &Table) -> Vec<String> {
        let recipes = self
            .parts
            .first()
            .into_iter()
            .flat_map(|part| &part.columns);
        let made = recipes.filter(|(_, recipe)| matches!(recipe.values, Values::Sql(_)));
        let note = |(name, _): (&String, _)| {
            format!(
                "{}: column {name} has values that the server made once, and rows share them",
                table.name
            )
        };
        made.map(note).collect()
    }

    /// Whether all values of the foreign key's columns were read from its parent.
    fn reads(&self, key: &Foreign) -> bool {
        self.parts.iter().all(|part| {
            key.columns.iter().zip(&key.parent_columns).all(|(column, parent)| {
                matches!(part.columns.get(column).map(|recipe| &recipe.values), Some(Values::ForeignKey(read))
                    if read.table == key.parent && read.column == *parent && (read.together.is_some() || key.columns.len() == 1))
            })
        })
    }
}

fn step(table: &Table) -> String {
    format!("fill {}", table.name)
}

/// The columns that the part has recipes for, in the table's order.
fn filled<'a>(table: &'a Table, part: &Part) -> Result<Vec<&'a Column>, Error> {
    if let Some(name) = part
        .columns
        .keys()
        .find(|name| table.column(name).is_none_or(|column| column.generated))
    {
        let names: Vec<&str> = table
            .columns
            .iter()
            .filter(|column| !column.generated)
            .map(|column| column.name.as_str())
            .collect();
        let message = format!("is no column that can be filled: {}", names.join(", "));
        return Err(Error::column(&table.name, name, &message));
    }
    Ok(table
        .columns
        .iter()
        .filter(|column| part.columns.contains_key(&column.name))
        .collect())
}

/// Sends a part's rows; `tell` hears how many have been sent so far.
pub(super) fn copy(
    session: &mut Session,
    statement: &str,
    part: &Part,
    (columns, makers): (&[&Column], &[Maker]),
    tell: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        let making = scope.spawn(move || make(part, columns, makers, &sender));
        let sent = send(session.client(), statement, receiver, tell);
        // A row that could not be made is why too few were sent.
        making.join().unwrap_or(Ok(()))?;
        interrupt::check()?;
        sent.map_err(|error| session.broken(error))
    })
}

/// Bytes of whole rows, and how many rows have been made with them.
type Chunk = (Vec<u8>, u64);

fn make(
    part: &Part,
    columns: &[&Column],
    makers: &[Maker],
    sender: &SyncSender<Chunk>,
) -> Result<(), Error> {
    let count = i16::try_from(makers.len())
        .unwrap_or(i16::MAX)
        .to_be_bytes();
    let mut chunk = HEADER.to_vec();
    let mut scratch = Vec::new();
    for made in 0..part.rows {
        chunk.extend_from_slice(&count);
        for (maker, column) in makers.iter().zip(columns) {
            let row = part.first + made;
            if !maker.put(row, &mut chunk, &mut scratch) {
                let message = format!(
                    "cannot hold what its recipe makes for row {row}: it is of type {}",
                    column.type_text
                );
                return Err(Error::column(&part.table, &column.name, &message));
            }
        }
        if chunk.len() >= CHUNK {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK + CHUNK / 8));
            if sender.send((full, made + 1)).is_err() {
                // The other side gave up, and says why.
                return Ok(());
            }
        }
    }
    chunk.extend_from_slice(&TRAILER);
    drop(sender.send((chunk, part.rows)));
    Ok(())
}

fn send(
    client: &mut Client,
    statement: &str,
    receiver: Receiver<Chunk>,
    tell: &mut dyn FnMut(u64),
) -> io::Result<()> {
    // A COPY that is refused at its start is followed by one Sync too many, over whose answer the client closes the connection (tokio-postgres, copy_in.rs).
    let gone = |error| io::Error::new(io::ErrorKind::ConnectionAborted, error);
    let mut writer = client.copy_in(statement).map_err(gone)?;
    let mut sent = Ok(());
    for (chunk, rows) in receiver {
        if interrupt::asked() {
            return Ok(());
        }
        sent = writer.write_all(&chunk);
        if sent.is_err() {
            break;
        }
        tell(rows);
    }
    // Where the server refused a row, finishing tells what it said.
    writer.finish().map_err(io::Error::other)?;
    sent
}

/// Rows whose foreign key points nowhere are an error, as they would have been one by one.
fn prove(session: &mut Session, table: &Table, key: &Foreign) -> Result<(), Error> {
    let pairs = key.columns.iter().zip(&key.parent_columns);
    let same: Vec<String> = pairs
        .map(|(column, parent)| format!("p.{} = c.{}", quoted(parent), quoted(column)))
        .collect();
    let given: Vec<String> = key
        .columns
        .iter()
        .map(|column| format!("c.{} IS NOT NULL", quoted(column)))
        .collect();
    let query = format!(
        "SELECT 1 FROM {} c WHERE {} AND NOT EXISTS (SELECT FROM {} p WHERE {}) LIMIT 1",
        table.name,
        given.join(" AND "),
        key.parent,
        same.join(" AND ")
    );
    if session.rows(&query)?.is_empty() {
        return Ok(());
    }
    let message = format!(
        "holds keys that {} does not have: use foreign_key (constraint {})",
        key.parent, key.name
    );
    Err(Error::column(
        &table.name,
        &key.columns.join(", "),
        &message,
    ))
}

/// Counters are set behind what was loaded, and the table is left as a busy one would be.
fn settle(session: &mut Session, table: &Table, parts: &[Part]) -> Result<(), Error> {
    for column in &table.columns {
        let Some(counter) = column.counter.as_ref().filter(|_| {
            parts
                .iter()
                .any(|part| part.columns.contains_key(&column.name))
        }) else {
            continue;
        };
        session.run(&format!(
            "SELECT setval({name}, top) FROM (SELECT max({column}) AS top FROM {}) m, {counter} s WHERE top >= s.last_value",
            table.name, name = literal(counter), column = quoted(&column.name)
        ))?;
    }
    // Whoever reads a row first after a load writes hint bits to its page (src/backend/access/heap/heapam_visibility.c): that would
    // be counted as the migration's work. And the planner would know no sizes.
    for part in parts {
        session.run(&format!("VACUUM (FREEZE, ANALYZE) {}", part.table))?;
    }
    Ok(())
}
