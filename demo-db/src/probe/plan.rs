//! What to try on each table: statements on rows that are there, made from the catalog.

use crate::error::Error;
use crate::observe::{Relation, quote, relations};
use crate::session::Session;
use std::fmt::Write as _;

/// What others do to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `SELECT ... LIMIT 10`
    Select,
    SelectForUpdate,
    Insert,
    Update,
    Delete,
    Vacuum,
    CreateIndexConcurrently,
}

impl Kind {
    /// All kinds: rows first, then what tries to lock the whole table.
    pub const ALL: [Self; 7] = [
        Self::Select,
        Self::SelectForUpdate,
        Self::Insert,
        Self::Update,
        Self::Delete,
        Self::Vacuum,
        Self::CreateIndexConcurrently,
    ];

    /// What an application does all the time.
    pub const EVERYDAY: [Self; 4] = [Self::Select, Self::Insert, Self::Update, Self::Delete];

    /// Whether it runs in a transaction that is then rolled back, so that nothing is left of it.
    #[must_use]
    pub fn in_transaction(self) -> bool {
        !matches!(self, Self::Vacuum | Self::CreateIndexConcurrently)
    }
}

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

/// How the indexes are called that `CREATE INDEX CONCURRENTLY` leaves behind.
pub const INDEX_PREFIX: &str = "mig_lint_probe_";

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

/// A table with what is needed to name rows of it.
struct Table {
    relation: Relation,
    columns: Vec<Column>,
    /// Some rows, as text: `ctid`, then the columns.
    rows: Vec<Vec<Option<String>>>,
}

struct Column {
    name: String,
    /// `pg_type.typname`
    ty: String,
    /// The server computes it.
    computed: bool,
    primary: bool,
    unique: bool,
    /// It decides into which partition a row goes.
    divides: bool,
}

impl Table {
    fn read(session: &mut Session, relation: Relation) -> Result<Self, Error> {
        let columns = columns(session, relation.oid)?;
        let mut list = String::from("ctid");
        for column in &columns {
            // Writing to a string cannot fail.
            let _ = write!(list, ", {}", quote(&column.name));
        }
        let sql = format!("SELECT {list} FROM {} LIMIT 40", relation.quoted());
        // A materialized view that was never filled has no rows to give.
        let rows = match session.rows(&sql) {
            Err(Error::Sql(_)) => Vec::new(),
            other => other?,
        };
        Ok(Self {
            relation,
            columns,
            rows,
        })
    }

    fn sql(&self, kind: Kind) -> String {
        let table = self.relation.quoted();
        match kind {
            Kind::Select => format!("SELECT * FROM {table} LIMIT 10"),
            Kind::SelectForUpdate => {
                format!("SELECT 1 FROM {table} WHERE {} FOR UPDATE", self.row(30))
            }
            Kind::Insert => self.insert(),
            Kind::Update => {
                let column = self.plain_column();
                format!(
                    "UPDATE {table} SET {column} = {column} WHERE {}",
                    self.row(10)
                )
            }
            Kind::Delete => format!("DELETE FROM {table} WHERE {}", self.row(20)),
            // As autovacuum does both.
            Kind::Vacuum => format!("VACUUM ANALYZE {table}"),
            // Of no rows and no column: built by one scan, and no change of a column touches it.
            Kind::CreateIndexConcurrently => format!(
                "CREATE INDEX CONCURRENTLY {INDEX_PREFIX}{} ON {table} ((1)) WHERE false",
                self.relation.oid
            ),
        }
    }

    /// A condition that finds the row number `at` of those read, by its primary key where there is one.
    fn row(&self, at: usize) -> String {
        if self.rows.is_empty() {
            return "false".to_owned();
        }
        let row = &self.rows[at % self.rows.len()];
        let keys = self.columns.iter().zip(row.iter().skip(1));
        let keys: Vec<String> = keys
            .filter(|(column, _)| column.primary)
            .filter_map(|(column, value)| {
                Some(format!(
                    "{} = {}",
                    quote(&column.name),
                    literal(value.as_ref()?)
                ))
            })
            .collect();
        if keys.is_empty() {
            return format!("ctid = {}", literal(row[0].as_deref().unwrap_or("(0,1)")));
        }
        keys.join(" AND ")
    }

    /// A column that no key is made of, so that setting it to itself asks no other table.
    fn plain_column(&self) -> String {
        let settable = || self.columns.iter().filter(|column| !column.computed);
        let plain = settable().find(|column| !column.unique && !column.divides);
        let column = plain.or_else(|| settable().next());
        column.map_or_else(|| "ctid".to_owned(), |column| quote(&column.name))
    }

    /// A copy of a row, with new values where they must be unique.
    fn insert(&self) -> String {
        let table = self.relation.quoted();
        let Some(row) = self.rows.first() else {
            return format!("INSERT INTO {table} DEFAULT VALUES");
        };
        let mut names = Vec::new();
        let mut values = Vec::new();
        for (column, value) in self.columns.iter().zip(row.iter().skip(1)) {
            if column.computed {
                continue;
            }
            let new = (column.unique && !column.divides)
                .then(|| new_value(&column.ty))
                .flatten();
            names.push(quote(&column.name));
            values.push(match (new, value) {
                (Some(new), _) => literal(new),
                (None, Some(value)) => literal(value),
                (None, None) => "NULL".to_owned(),
            });
        }
        if names.is_empty() {
            return format!("INSERT INTO {table} DEFAULT VALUES");
        }
        let (names, values) = (names.join(", "), values.join(", "));
        format!("INSERT INTO {table} ({names}) VALUES ({values})")
    }
}

/// A value that no row is likely to have yet.
fn new_value(ty: &str) -> Option<&'static str> {
    Some(match ty {
        "int2" => "32767",
        "int4" => "2147483000",
        "int8" | "numeric" => "9000000000000",
        "text" | "varchar" | "bpchar" => "~",
        "uuid" => "ffffffff-ffff-4fff-bfff-ffffffffffff",
        "date" | "timestamp" | "timestamptz" => "4711-12-31",
        _ => return None,
    })
}

fn columns(session: &mut Session, oid: u32) -> Result<Vec<Column>, Error> {
    let sql = format!(
        "SELECT a.attname, t.typname, a.attgenerated <> '' OR a.attidentity = 'a',
            EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)),
            EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey)),
            EXISTS (SELECT FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = a.attrelid AND a.attnum = ANY (p.partattrs))
         FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
         WHERE a.attrelid = {oid} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
    );
    let yes = |field: &Option<String>| field.as_deref() == Some("t");
    let rows = session.rows(&sql)?;
    Ok(rows
        .iter()
        .map(|row| Column {
            name: row[0].clone().unwrap_or_default(),
            ty: row[1].clone().unwrap_or_default(),
            computed: yes(&row[2]),
            primary: yes(&row[3]),
            unique: yes(&row[4]),
            divides: yes(&row[5]),
        })
        .collect())
}

fn literal(text: &str) -> String {
    // E'' where a backslash is in it, so that it means itself whatever standard_conforming_strings says.
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}
