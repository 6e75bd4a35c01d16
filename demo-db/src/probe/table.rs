//! A table, and statements on rows of it that break none of its constraints, where that can be had.

use super::kind::{INDEX_PREFIX, Kind};
use crate::error::Error;
use crate::observe::{Relation, quote};
use crate::session::Session;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A table with what is needed to name rows of it.
pub(super) struct Table {
    pub(super) relation: Relation,
    columns: Vec<Column>,
    /// Some rows, as text: `ctid`, then the columns.
    rows: Vec<Row>,
    /// Some that no other row keeps from being deleted.
    unneeded: Vec<Row>,
    /// What a copy of a row must have anew, by the name of the column.
    fresh: BTreeMap<String, String>,
}

type Row = Vec<Option<String>>;

/// How many rows are deleted at once: rows of other tables point at some of them, and it takes these to meet what is done to those tables.
const DELETED: usize = 8;

struct Column {
    name: String,
    /// `pg_type.typname`
    ty: String,
    /// The server computes it.
    computed: bool,
    primary: bool,
    /// In a unique index.
    unique: bool,
    /// It decides into which partition a row goes.
    divides: bool,
    /// Its default asks a sequence.
    counts: bool,
}

impl Table {
    /// Reads columns and some rows; whoever has the table locked is waited for.
    pub(super) fn read(session: &mut Session, relation: Relation) -> Result<Self, Error> {
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
        let unneeded = match unneeded(session, &relation)? {
            Some(condition) => {
                let sql = format!(
                    "SELECT {list} FROM {} t WHERE {condition} LIMIT {DELETED}",
                    relation.quoted()
                );
                session.rows(&sql)?
            }
            None => rows.iter().rev().take(DELETED).cloned().collect(),
        };
        let fresh = fresh(session, &relation, &columns)?;
        Ok(Self {
            relation,
            columns,
            rows,
            unneeded,
            fresh,
        })
    }

    /// The statement that tries this on the table.
    pub(super) fn sql(&self, kind: Kind) -> String {
        let table = self.relation.quoted();
        match kind {
            Kind::Select => format!("SELECT * FROM {table} LIMIT 10"),
            Kind::SelectForUpdate => {
                format!("SELECT 1 FROM {table} WHERE {} FOR UPDATE", self.at(30))
            }
            Kind::Insert => self.insert(),
            Kind::Update => {
                let column = self.plain_column();
                format!(
                    "UPDATE {table} SET {column} = {column} WHERE {}",
                    self.at(10)
                )
            }
            Kind::Delete => {
                let rows: Vec<String> = self
                    .unneeded
                    .iter()
                    .map(|row| format!("({})", self.row(row)))
                    .collect();
                let rows = if rows.is_empty() {
                    self.at(20)
                } else {
                    rows.join(" OR ")
                };
                format!("DELETE FROM {table} WHERE {rows}")
            }
            // As autovacuum does both. The end of the file is left as it is: for the lock that cutting it off takes VACUUM asks again and again, up to 5 s.
            Kind::Vacuum => format!("VACUUM (ANALYZE, TRUNCATE false) {table}"),
            // Of no rows and no column: built by one scan, and no change of a column touches it.
            Kind::CreateIndexConcurrently => format!(
                "CREATE INDEX CONCURRENTLY {INDEX_PREFIX}{} ON {table} ((1)) WHERE false",
                self.relation.oid
            ),
        }
    }

    /// A condition that finds the row number `at` of those read.
    fn at(&self, at: usize) -> String {
        if self.rows.is_empty() {
            return "false".to_owned();
        }
        self.row(&self.rows[at % self.rows.len()])
    }

    /// A condition that finds a row, by its primary key where there is one.
    fn row(&self, row: &[Option<String>]) -> String {
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

    /// A copy of a row with as few NULLs as there are, with new values where they must be unique, and from sequences as an application takes them.
    fn insert(&self) -> String {
        let table = self.relation.quoted();
        let nulls = |row: &&Row| row.iter().filter(|value| value.is_none()).count();
        let Some(row) = self.rows.iter().min_by_key(nulls) else {
            return format!("INSERT INTO {table} DEFAULT VALUES");
        };
        let mut names = Vec::new();
        let mut values = Vec::new();
        for (column, value) in self.columns.iter().zip(row.iter().skip(1)) {
            // An application leaves the number to the sequence, which may be what the migration changes.
            if column.computed || column.counts {
                continue;
            }
            names.push(quote(&column.name));
            let value = self.fresh.get(&column.name).or(value.as_ref());
            values.push(value.map_or_else(|| "NULL".to_owned(), |value| literal(value)));
        }
        if names.is_empty() {
            return format!("INSERT INTO {table} DEFAULT VALUES");
        }
        let (names, values) = (names.join(", "), values.join(", "));
        format!("INSERT INTO {table} ({names}) VALUES ({values})")
    }
}

/// A condition on rows of `t` that no row points at by a foreign key that would forbid to delete them; nothing where none could.
fn unneeded(session: &mut Session, relation: &Relation) -> Result<Option<String>, Error> {
    let sql = format!(
        "SELECT format('NOT EXISTS (SELECT FROM %s c WHERE %s)', k.conrelid::pg_catalog.regclass,
            string_agg(format('c.%I = t.%I', c.attname, p.attname), ' AND '))
         FROM pg_catalog.pg_constraint k
         CROSS JOIN unnest(k.conkey, k.confkey) AS u (child, parent)
         JOIN pg_catalog.pg_attribute c ON c.attrelid = k.conrelid AND c.attnum = u.child
         JOIN pg_catalog.pg_attribute p ON p.attrelid = k.confrelid AND p.attnum = u.parent
         WHERE k.contype = 'f' AND k.confrelid = {} AND k.confdeltype IN ('a', 'r')
         GROUP BY k.oid, k.conrelid",
        relation.oid
    );
    let conditions: Vec<String> = session
        .rows(&sql)?
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    Ok((!conditions.is_empty()).then(|| conditions.join(" AND ")))
}

/// A column of a unique index: its name, and the column that it points at as a foreign key by itself.
type Key = (String, Option<(String, String)>);

/// Per unique index, its columns.
fn unique_keys(session: &mut Session, relation: &Relation) -> Result<Vec<Vec<Key>>, Error> {
    let sql = format!(
        "SELECT i.indexrelid, a.attname, f.parent, f.attname
         FROM pg_catalog.pg_index i
         CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS u (attnum, at)
         JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum
         LEFT JOIN LATERAL (
            SELECT k.confrelid::pg_catalog.regclass AS parent, p.attname FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_attribute p ON p.attrelid = k.confrelid AND p.attnum = k.confkey[1]
            WHERE k.contype = 'f' AND k.conrelid = i.indrelid AND k.conkey = ARRAY[u.attnum] LIMIT 1) f ON true
         WHERE i.indrelid = {} AND i.indisunique AND u.at <= i.indnkeyatts
         ORDER BY i.indexrelid, u.at",
        relation.oid
    );
    let mut keys: Vec<(Option<String>, Vec<Key>)> = Vec::new();
    for row in session.rows(&sql)? {
        let mut fields = row.into_iter();
        let mut field = || fields.next().flatten();
        let (index, name) = (field(), field().unwrap_or_default());
        let key = (name, field().zip(field()));
        match keys.last_mut() {
            Some((last, columns)) if *last == index => columns.push(key),
            _ => keys.push((index, vec![key])),
        }
    }
    Ok(keys.into_iter().map(|(_, columns)| columns).collect())
}

/// For each unique index a new value in as few columns as will do: one that points nowhere, else rows of other tables that are not pointed at together yet.
fn fresh(
    session: &mut Session,
    relation: &Relation,
    columns: &[Column],
) -> Result<BTreeMap<String, String>, Error> {
    let mut fresh = BTreeMap::new();
    for key in unique_keys(session, relation)? {
        if key.iter().any(|(name, _)| fresh.contains_key(name)) {
            continue;
        }
        let of = |name: &str| columns.iter().find(|column| column.name == name);
        let free = |name: &str| {
            let column = of(name).filter(|column| !column.computed && !column.divides)?;
            Some((name.to_owned(), new_value(&column.ty)?.to_owned()))
        };
        let mut plain = key.iter().filter(|(_, parent)| parent.is_none());
        if let Some(new) = plain.find_map(|(name, _)| free(name)) {
            fresh.extend([new]);
        } else if let Some(values) = unpaired(session, relation, &key)? {
            let names = key.into_iter().map(|(name, _)| name);
            fresh.extend(names.zip(values));
        } else {
            fresh.extend(key.iter().filter_map(|(name, _)| free(name)));
        }
    }
    Ok(fresh)
}

/// Keys of the tables that all these columns point at, such that no row has them together.
fn unpaired(
    session: &mut Session,
    relation: &Relation,
    key: &[Key],
) -> Result<Option<Vec<String>>, Error> {
    // All pairs of all rows would be too many.
    let limit = if key.len() == 1 { "ALL" } else { "60" };
    let mut values = Vec::new();
    let mut sources = Vec::new();
    let mut same = Vec::new();
    for (at, (name, parent)) in key.iter().enumerate() {
        let Some((table, column)) = parent else {
            return Ok(None);
        };
        let column = quote(column);
        values.push(format!("s{at}.v"));
        sources.push(format!(
            "(SELECT {column} AS v FROM {table} LIMIT {limit}) s{at}"
        ));
        same.push(format!("c.{} = s{at}.v", quote(name)));
    }
    let sql = format!(
        "SELECT {} FROM {} WHERE NOT EXISTS (SELECT FROM {} c WHERE {}) LIMIT 1",
        values.join(", "),
        sources.join(", "),
        relation.quoted(),
        same.join(" AND ")
    );
    let row = session.rows(&sql)?.into_iter().next();
    Ok(row.and_then(|row| row.into_iter().collect()))
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
            EXISTS (SELECT FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = a.attrelid AND a.attnum = ANY (p.partattrs)),
            a.attidentity = 'd' OR pg_catalog.pg_get_expr(f.adbin, f.adrelid) LIKE 'nextval(%'
         FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
         LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
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
            counts: yes(&row[6]) && !yes(&row[5]),
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
