//! What a generated database holds, read back from the server that made it: names that nobody chose are its own.

use mig_lint_demo_db::{Error, Session};

/// What statements can be made about.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) tables: Vec<Table>,
    pub(crate) indexes: Vec<Index>,
    /// Each with the table and column that own it.
    pub(crate) sequences: Vec<(String, Option<(String, String)>)>,
    pub(crate) views: Vec<String>,
    pub(crate) materialized: Vec<String>,
    /// Each with its table.
    pub(crate) triggers: Vec<(String, String)>,
    pub(crate) policies: Vec<(String, String)>,
    pub(crate) publications: Vec<String>,
    pub(crate) domains: Vec<String>,
    pub(crate) enums: Vec<String>,
}

/// A table, partitioned or not.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) constraints: Vec<Constraint>,
    /// What decides where rows go: `range (id)`; empty where it is not partitioned.
    pub(crate) partitioned_by: String,
    /// For a partition or child: its parents.
    pub(crate) parents: Vec<String>,
    /// For a partition: its bound.
    pub(crate) bound: String,
}

#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// As `format_type` spells it.
    pub(crate) ty: String,
    pub(crate) not_null: bool,
    pub(crate) has_default: bool,
    pub(crate) identity: bool,
    pub(crate) generated: bool,
}

#[derive(Debug)]
pub(crate) struct Constraint {
    pub(crate) name: String,
    /// `pg_constraint.contype`
    pub(crate) kind: char,
    pub(crate) valid: bool,
    pub(crate) columns: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) table: String,
    pub(crate) unique: bool,
    pub(crate) partitioned: bool,
    /// A constraint stands on it.
    pub(crate) constraint: bool,
    /// Nothing but columns, in their order, and no predicate.
    pub(crate) plain: bool,
}

impl Table {
    pub(crate) fn is_partition(&self) -> bool {
        !self.bound.is_empty()
    }

    /// Columns of the primary key, or else of a unique constraint.
    pub(crate) fn key(&self) -> Option<&Constraint> {
        let of = |kind| self.constraints.iter().find(move |one| one.kind == kind);
        of('p').or_else(|| of('u'))
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl World {
    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// Reads the catalog.
    pub(crate) fn read(session: &mut Session) -> Result<Self, Error> {
        let mut world = Self {
            tables: tables(session)?,
            indexes: indexes(session)?,
            ..Self::default()
        };
        for row in texts(
            session,
            "SELECT c.relname, t.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
             LEFT JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
             LEFT JOIN pg_class t ON t.oid = d.refobjid LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
             WHERE c.relkind = 'S' ORDER BY c.relname",
        )? {
            let [name, table, column] = &row[..] else { continue };
            let owner = (!table.is_empty()).then(|| (table.clone(), column.clone()));
            world.sequences.push((name.clone(), owner));
        }
        let names = |session: &mut Session, sql: &str| -> Result<Vec<String>, Error> {
            Ok(texts(session, sql)?.into_iter().flatten().collect())
        };
        let of_kind = |kind| {
            format!(
                "SELECT relname FROM pg_class WHERE relkind = '{kind}' AND relnamespace = 'public'::regnamespace ORDER BY relname"
            )
        };
        world.views = names(session, &of_kind('v'))?;
        world.materialized = names(session, &of_kind('m'))?;
        world.publications = names(
            session,
            "SELECT pubname FROM pg_publication ORDER BY pubname",
        )?;
        let of_type = |kind| {
            format!(
                "SELECT typname FROM pg_type WHERE typtype = '{kind}' AND typnamespace = 'public'::regnamespace ORDER BY typname"
            )
        };
        world.domains = names(session, &of_type('d'))?;
        world.enums = names(session, &of_type('e'))?;
        let pairs = |session: &mut Session, sql: &str| -> Result<Vec<(String, String)>, Error> {
            let rows = texts(session, sql)?;
            Ok(rows
                .into_iter()
                .map(|row| (row[0].clone(), row[1].clone()))
                .collect())
        };
        world.triggers = pairs(
            session,
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND tgparentid = 0 ORDER BY 1, 2",
        )?;
        world.policies = pairs(
            session,
            "SELECT polname, relname FROM pg_policy JOIN pg_class c ON c.oid = polrelid ORDER BY 1, 2",
        )?;
        Ok(world)
    }
}

fn tables(session: &mut Session) -> Result<Vec<Table>, Error> {
    let mut tables = Vec::new();
    for row in texts(
        session,
        "SELECT relname, CASE WHEN relkind = 'p' THEN lower(pg_get_partkeydef(c.oid)) END, pg_get_expr(relpartbound, c.oid),
            (SELECT string_agg(p.relname, ',' ORDER BY inhseqno) FROM pg_inherits JOIN pg_class p ON p.oid = inhparent WHERE inhrelid = c.oid)
         FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname",
    )? {
        let [name, partitioned_by, bound, parents] = &row[..] else { continue };
        tables.push(Table {
            columns: columns(session, name)?,
            constraints: constraints(session, name)?,
            name: name.clone(),
            partitioned_by: partitioned_by.clone(),
            parents: list(parents),
            bound: bound.clone(),
        });
    }
    Ok(tables)
}

fn columns(session: &mut Session, table: &str) -> Result<Vec<Column>, Error> {
    let sql = format!(
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull, atthasdef AND attgenerated = '', attidentity <> '', attgenerated <> ''
         FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
    );
    let rows = texts(session, &sql)?;
    let column = |row: &Vec<String>| Column {
        name: row[0].clone(),
        ty: row[1].clone(),
        not_null: row[2] == "t",
        has_default: row[3] == "t",
        identity: row[4] == "t",
        generated: row[5] == "t",
    };
    Ok(rows.iter().map(column).collect())
}

fn constraints(session: &mut Session, table: &str) -> Result<Vec<Constraint>, Error> {
    let sql = format!(
        "SELECT conname, contype, convalidated,
            (SELECT string_agg(attname, ',' ORDER BY at) FROM unnest(conkey) WITH ORDINALITY AS u (num, at)
             JOIN pg_attribute ON attrelid = conrelid AND attnum = num)
         FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype <> 't' ORDER BY conname"
    );
    let rows = texts(session, &sql)?;
    let constraint = |row: &Vec<String>| Constraint {
        name: row[0].clone(),
        kind: row[1].chars().next().unwrap_or('?'),
        valid: row[2] == "t",
        columns: list(&row[3]),
    };
    Ok(rows.iter().map(constraint).collect())
}

fn indexes(session: &mut Session) -> Result<Vec<Index>, Error> {
    let rows = texts(
        session,
        "SELECT c.relname, t.relname, i.indisunique, c.relkind = 'I', EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')),
            i.indexprs IS NULL AND i.indpred IS NULL
         FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
         WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1",
    )?;
    let index = |row: &Vec<String>| Index {
        name: row[0].clone(),
        table: row[1].clone(),
        unique: row[2] == "t",
        partitioned: row[3] == "t",
        constraint: row[4] == "t",
        plain: row[5] == "t",
    };
    Ok(rows.iter().map(index).collect())
}

fn list(text: &str) -> Vec<String> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// The rows of a query, with nothing for NULL.
pub(crate) fn texts(session: &mut Session, sql: &str) -> Result<Vec<Vec<String>>, Error> {
    let rows = session.rows(sql)?;
    let text = |row: Vec<Option<String>>| row.into_iter().map(Option::unwrap_or_default).collect();
    Ok(rows.into_iter().map(text).collect())
}
