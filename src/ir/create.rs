//! What CREATE TABLE, CREATE TABLE AS, CREATE VIEW and CREATE INDEX make, and the columns and constraints they share with ALTER TABLE.

use super::{Expr, Name, RelationKind, StorageParameter, TypeName};
use crate::postgres::types::is_serial;
use crate::source::Span;
use serde::Serialize;

/// `CREATE TABLE` (also FOREIGN TABLE), with a column list, `OF type` or `PARTITION OF parent`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CreateTable {
    pub kind: RelationKind,
    pub name: Name,
    pub if_not_exists: bool,
    pub temporary: bool,
    pub unlogged: bool,
    pub columns: Vec<ColumnDef>,
    /// Table constraints; those written on a column stand with the column.
    pub constraints: Vec<Constraint>,
    pub like: Vec<LikeClause>,
    pub inherits: Vec<Name>,
    /// `OF type`.
    pub of_type: Option<Name>,
    /// `PARTITION BY`, for a partitioned table.
    pub partition_by: Option<Partitioning>,
    pub tablespace: Option<String>,
    /// `WITH (...)`.
    pub parameters: Vec<StorageParameter>,
    /// `PARTITION OF parent bound`.
    pub partition_of: Option<(Name, super::PartitionBound)>,
}

/// `CREATE TABLE AS`, `SELECT INTO` and `CREATE MATERIALIZED VIEW`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CreateTableAs {
    pub kind: RelationKind,
    pub name: Name,
    pub if_not_exists: bool,
    pub temporary: bool,
    pub with_data: bool,
    /// Relations that its query reads.
    pub reads: Vec<Name>,
    /// Columns and functions that its query names; `*` where it names all.
    pub mentions: Vec<String>,
    /// Words of its query that are columns for sure, of whatever relation has them; `*` where it names all.
    pub named: Vec<String>,
    /// The columns that come out, each with its name, where the query is a plain list of them; else empty.
    pub columns: Vec<(String, Expr)>,
}

/// `CREATE [OR REPLACE] VIEW`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CreateView {
    pub name: Name,
    pub or_replace: bool,
    pub temporary: bool,
    /// Relations that its query reads.
    pub reads: Vec<Name>,
    /// Columns and functions that its query names; `*` where it names all.
    pub mentions: Vec<String>,
    /// Words of its query that are columns for sure, of whatever relation has them; `*` where it names all.
    pub named: Vec<String>,
    /// The columns that come out, each with its name, where the query is a plain list of them; else empty.
    pub columns: Vec<(String, Expr)>,
    /// What they are called instead, from the first on.
    pub names: Vec<String>,
    pub passes: Passes,
}

/// What a view hands on to the relations behind it, most first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passes {
    /// INSERT, UPDATE and DELETE: it shows rows of one relation as they are.
    #[default]
    Writes,
    /// SELECT ... FOR UPDATE: it shows rows, of several relations.
    RowLocks,
    /// Nothing but reads: it shows what is worked out from rows.
    Reads,
}

/// `LIKE source [INCLUDING ...]` in a column list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LikeClause {
    pub source: Name,
    /// In order, `true` for INCLUDING: the last word on a part counts.
    pub options: Vec<(bool, LikePart)>,
}

/// What LIKE may copy from its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LikePart {
    All,
    Comments,
    Compression,
    Constraints,
    Defaults,
    Generated,
    Identity,
    Indexes,
    Statistics,
    Storage,
}

/// What a foreign key does to its rows when the row that they refer to goes or changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferentialAction {
    #[default]
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

impl ReferentialAction {
    /// Whether it writes to the rows that refer.
    #[must_use]
    pub const fn writes(self) -> bool {
        !matches!(self, Self::NoAction | Self::Restrict)
    }
}

/// How rows find their partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartitionStrategy {
    Range,
    List,
    Hash,
}

/// `PARTITION BY strategy (keys)`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Partitioning {
    pub strategy: PartitionStrategy,
    pub keys: Vec<IndexElement>,
}

/// One column in CREATE TABLE or ADD COLUMN.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnDef {
    pub name: String,
    /// Absent in the column options of `OF type` and `PARTITION OF`.
    pub ty: Option<TypeName>,
    pub collation: Option<Name>,
    pub not_null: bool,
    pub default: Option<Expr>,
    pub generated: Option<Generated>,
    /// `GENERATED ... AS IDENTITY`.
    pub identity: bool,
    /// CHECK, UNIQUE, PRIMARY KEY, REFERENCES and named NOT NULL constraints written on the column, with this column filled in.
    pub constraints: Vec<Constraint>,
    pub span: Span,
    pub places: ColumnPlaces,
}

/// Where the parts of a column's definition stand that are no constraints; of what is written twice the last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ColumnPlaces {
    pub ty: Option<Span>,
    /// DEFAULT and its expression.
    pub default: Option<Span>,
    pub not_null: Option<Span>,
}

impl ColumnDef {
    /// Whether it brings a sequence of its own: serial and identity columns do.
    #[must_use]
    pub fn has_sequence(&self) -> bool {
        let ty = self.ty.as_ref();
        self.identity || ty.is_some_and(|ty| is_serial(&ty.name.name))
    }
}

/// `GENERATED ALWAYS AS (expr)`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Generated {
    pub expr: Expr,
    /// STORED; else VIRTUAL (PostgreSQL 18).
    pub stored: bool,
}

/// A table or column constraint.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Constraint {
    /// The name given with CONSTRAINT; without one PostgreSQL chooses.
    pub name: Option<String>,
    pub kind: ConstraintKind,
    pub not_valid: bool,
    /// NOT ENFORCED (PostgreSQL 18).
    pub not_enforced: bool,
    pub no_inherit: bool,
    pub deferrable: bool,
    pub initially_deferred: bool,
    pub span: Span,
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deferral {
    /// With each statement.
    #[default]
    Never,
    /// With each statement, unless SET CONSTRAINTS says otherwise.
    Deferrable,
    /// When the transaction ends.
    Initially,
}

impl Constraint {
    /// When it is checked.
    #[must_use]
    pub const fn deferral(&self) -> Deferral {
        match (self.initially_deferred, self.deferrable) {
            (true, _) => Deferral::Initially,
            (false, true) => Deferral::Deferrable,
            (false, false) => Deferral::Never,
        }
    }
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum ConstraintKind {
    Check(Expr),
    NotNull {
        column: String,
    },
    Unique {
        columns: Vec<String>,
        include: Vec<String>,
        nulls_not_distinct: bool,
        /// `USING INDEX name`: an index that exists already becomes the constraint's.
        using_index: Option<String>,
    },
    PrimaryKey {
        columns: Vec<String>,
        include: Vec<String>,
        using_index: Option<String>,
    },
    ForeignKey {
        columns: Vec<String>,
        references: Name,
        /// Empty: the referenced table's primary key.
        referenced_columns: Vec<String>,
        /// PERIOD (PostgreSQL 18).
        temporal: bool,
        /// Folded action, for example `cascade` or `set null`.
        on_delete: ReferentialAction,
        on_update: ReferentialAction,
    },
    Exclude {
        method: String,
        elements: Vec<IndexElement>,
        predicate: Option<Expr>,
    },
}

/// `CREATE INDEX`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CreateIndex {
    /// Absent: PostgreSQL chooses.
    pub name: Option<String>,
    pub table: Name,
    pub unique: bool,
    pub concurrently: bool,
    pub if_not_exists: bool,
    /// `ON ONLY`: the partitions of a partitioned table are left alone.
    pub only: bool,
    /// Access method, `btree` where none is written.
    pub method: String,
    pub elements: Vec<IndexElement>,
    /// One of the keys has DESC or NULLS FIRST.
    pub own_order: bool,
    pub include: Vec<String>,
    pub nulls_not_distinct: bool,
    pub tablespace: Option<String>,
    pub predicate: Option<Expr>,
}

/// One key of an index, an EXCLUDE constraint or a partition key.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IndexElement {
    pub column: IndexColumn,
    pub collation: Option<Name>,
    pub operator_class: Option<Name>,
}

/// What an index key is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum IndexColumn {
    Column(String),
    Expression(Expr),
}

impl CreateIndex {
    /// Whether it indexes the same in the same way, whatever its name and table.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.method == other.method
            && self.elements == other.elements
            && self.include == other.include
            && self.predicate == other.predicate
            && self.unique == other.unique
            && self.nulls_not_distinct == other.nulls_not_distinct
    }

    /// The expressions among its keys, and its predicate.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let keys = self
            .elements
            .iter()
            .filter_map(|element| match &element.column {
                IndexColumn::Expression(expr) => Some(expr),
                IndexColumn::Column(_) => None,
            });
        keys.chain(&self.predicate)
    }

    /// Whether the index reads the column in a key, its INCLUDE list or its predicate.
    #[must_use]
    pub fn reads_column(&self, name: &str) -> bool {
        self.elements
            .iter()
            .any(|element| element.reads_column(name))
            || self.include.iter().any(|column| column == name)
            || self
                .predicate
                .as_ref()
                .is_some_and(|predicate| predicate.node.reads_column(name))
    }

    /// Whether a key of the index is, or reads, the column.
    #[must_use]
    pub fn is_keyed_by(&self, name: &str) -> bool {
        let mut elements = self.elements.iter();
        elements.any(|element| element.reads_column(name))
    }

    /// Follows a column to its new name.
    pub fn rename_column(&mut self, from: &str, to: &str) {
        for element in &mut self.elements {
            element.rename_column(from, to);
        }
        rename_in(&mut self.include, from, to);
        if let Some(predicate) = &mut self.predicate {
            predicate.node.rename_column(from, to);
        }
    }
}

impl IndexElement {
    /// Whether this key is, or reads, the column.
    #[must_use]
    pub fn reads_column(&self, name: &str) -> bool {
        match &self.column {
            IndexColumn::Column(column) => column == name,
            IndexColumn::Expression(expr) => expr.node.reads_column(name),
        }
    }

    fn rename_column(&mut self, from: &str, to: &str) {
        match &mut self.column {
            IndexColumn::Column(column) if column == from => to.clone_into(column),
            IndexColumn::Column(_) => {}
            IndexColumn::Expression(expr) => expr.node.rename_column(from, to),
        }
    }
}

impl ConstraintKind {
    /// Whether it stands on an index: UNIQUE, PRIMARY KEY and EXCLUDE.
    #[must_use]
    pub const fn has_index(&self) -> bool {
        matches!(
            self,
            Self::Unique { .. } | Self::PrimaryKey { .. } | Self::Exclude { .. }
        )
    }

    /// Follows a column to its new name.
    pub fn rename_column(&mut self, from: &str, to: &str) {
        match self {
            Self::Check(expr) => expr.node.rename_column(from, to),
            Self::NotNull { column } => {
                if column == from {
                    to.clone_into(column);
                }
            }
            Self::Unique { columns, .. }
            | Self::PrimaryKey { columns, .. }
            | Self::ForeignKey { columns, .. } => rename_in(columns, from, to),
            Self::Exclude { elements, .. } => {
                for element in elements {
                    element.rename_column(from, to);
                }
            }
        }
    }
}

fn rename_in(names: &mut [String], from: &str, to: &str) {
    for name in names.iter_mut().filter(|name| *name == from) {
        to.clone_into(name);
    }
}
