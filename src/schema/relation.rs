//! Relations of the catalog and what hangs on them.

use super::list::{List, Named};
use crate::ir::{
    ConstraintKind, CreateIndex, Deferral, DmlKind, Expr, Fires, Generated, Name, ObjectKind,
    PartitionBound, Partitioning, Passes, RelationKind, ReplicaIdentity, TypeName,
};
use std::sync::Arc;

/// The schema that stands for that of temporary relations: each session has its own, before all others.
pub(super) const TEMPORARY: &str = "pg_temp";

/// Identifies a relation through renames, SET SCHEMA and swaps.
#[derive(Default, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub u32);

/// A table, index, view, materialized view or sequence.
#[derive(Clone, Debug)]
pub struct Relation {
    pub id: RelationId,
    pub schema: Option<String>,
    pub name: String,
    pub kind: RelationKind,
    /// Where it was made; `None`: it was there before the history that is known.
    pub created: Option<Creation>,
    /// Whether everything about it is known. Not so where only its name was seen.
    pub complete: bool,
    /// Whether what is noted of it is so: not where it stands under a condition.
    pub sure: bool,
    /// The migrations themselves have put rows into it, as many as some table has.
    pub filled: bool,
    /// Its rows were read to fill another table.
    pub copied: Option<Creation>,
    /// All its rows were removed, and no migration has put others into it since.
    pub emptied: Option<Emptied>,
    pub temporary: bool,
    pub dropped: bool,
    pub columns: List<Column>,
    pub constraints: List<Constraint>,
    /// For an index: what it is on. For a sequence: the table that owns it.
    pub table: Option<RelationId>,
    /// For an index: how it was made.
    pub definition: Option<Arc<CreateIndex>>,
    /// For a view: what its query reads.
    pub reads: Arc<[RelationId]>,
    /// For a view: columns and functions that its query names; `*` where it names all.
    pub mentions: Arc<[String]>,
    /// For a view: the columns that it cannot be without, of what it reads.
    pub needs: Arc<[(RelationId, String)]>,
    /// For a view: what it hands on to what it reads.
    pub passes: Passes,
    /// Triggers, rules, policies and statistics.
    pub attached: List<Attached>,
    /// For a table made `OF` a composite type: that type.
    pub of_type: Option<RelationId>,
    /// The role that owns it, where a statement said so.
    pub owner: Option<String>,
    pub unlogged: bool,
    /// Where a statement said so; `None` is the default, or unknown.
    pub access_method: Option<String>,
    pub tablespace: Option<String>,
    /// For a table: CLUSTER without a table name takes it.
    pub clustered: bool,
    /// For a sequence: the column that owns it.
    pub column: Option<String>,
    pub partitioned: bool,
    /// The partitioned table or index that it is a partition of, or the tables that it inherits from.
    pub parents: Vec<RelationId>,
    /// For a partitioned table: what decides where its rows go.
    pub partitioning: Option<Partitioning>,
    /// For a partitioned table: the partition that takes what no other does.
    pub default_partition: Option<RelationId>,
    pub row_security: RowSecurityState,
    pub replica_identity: ReplicaIdentity,
    /// For a partition: its bound.
    pub bound: Option<PartitionBound>,
    /// The newest mark since which what it was before is remembered.
    pub(super) remembered: u32,
}

impl Named for Column {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Constraint {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Attached {
    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }
}

/// A trigger, rule, policy or statistics object on a relation.
#[derive(Clone, Debug, PartialEq)]
pub struct Attached {
    pub kind: ObjectKind,
    pub name: Option<String>,
    /// Other relations that it names.
    pub relations: Vec<RelationId>,
    /// Functions that it calls.
    pub calls: Vec<String>,
    /// Columns of its own table that it cannot be without.
    pub columns: Vec<String>,
    /// For a rule: the command that it is made for, what that writes to besides, and whether it does so INSTEAD.
    pub on: Option<DmlKind>,
    pub writes: Vec<RelationId>,
    pub instead: bool,
    /// For a trigger: what it fires on.
    pub fires: Fires,
    /// DISABLE TRIGGER.
    pub disabled: bool,
}

/// Row level security, as far as statements said so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowSecurityState {
    pub enabled: bool,
    /// For the owner too.
    pub forced: bool,
}

/// When and how a table lost all its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emptied {
    pub at: Creation,
    /// By TRUNCATE: nothing is left to read; DELETE leaves its rows to VACUUM.
    pub truncated: bool,
}

/// When a relation was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Creation {
    /// Counts migrations of the history.
    pub migration: usize,
    /// Counts transactions of the history.
    pub transaction: usize,
}

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    /// `None`: it is there, its type is not known.
    pub ty: Option<TypeName>,
    pub collation: Option<Name>,
    pub not_null: bool,
    pub default: Option<Expr>,
    pub generated: Option<Generated>,
    pub identity: bool,
    /// Where it was added; `None`: it was there before the history that is known.
    pub created: Option<Creation>,
}

/// One constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// As given, or as PostgreSQL chooses it.
    pub name: String,
    pub kind: ConstraintKind,
    /// Not so after NOT VALID, until it is validated.
    pub valid: bool,
    pub enforced: bool,
    pub deferral: Deferral,
    /// NO INHERIT: children do not get it.
    pub no_inherit: bool,
    /// The index that a UNIQUE, PRIMARY KEY or EXCLUDE constraint stands on.
    pub index: Option<RelationId>,
    /// The table that a FOREIGN KEY refers to.
    pub references: Option<RelationId>,
}

impl Constraint {
    /// Whether this foreign key refers to the columns of that key.
    #[must_use]
    pub fn leans_on(&self, key: &Self) -> bool {
        let ConstraintKind::ForeignKey {
            referenced_columns, ..
        } = &self.kind
        else {
            return false;
        };
        match &key.kind {
            ConstraintKind::PrimaryKey { .. } if referenced_columns.is_empty() => true,
            ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. } => {
                let columns = key.columns();
                columns.len() == referenced_columns.len()
                    && columns
                        .iter()
                        .all(|column| referenced_columns.iter().any(|other| other == column))
            }
            _ => false,
        }
    }

    /// Whether it is about a column; a CHECK is about those it reads.
    #[must_use]
    pub fn is_about(&self, column: &str) -> bool {
        match &self.kind {
            ConstraintKind::Check(expr) => expr.node.names_column(column),
            ConstraintKind::NotNull { column: own } => own == column,
            ConstraintKind::Unique { columns, .. }
            | ConstraintKind::PrimaryKey { columns, .. }
            | ConstraintKind::ForeignKey { columns, .. } => columns.iter().any(|own| own == column),
            ConstraintKind::Exclude { .. } => self.columns().contains(&column),
        }
    }

    /// The columns that it is about; for CHECK those it reads.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        match &self.kind {
            ConstraintKind::Check(expr) => {
                let mut columns = Vec::new();
                expr.node.walk(&mut |node| {
                    if let crate::ir::ExprNode::Column(column) = node {
                        columns.push(column.name.as_str());
                    }
                });
                columns
            }
            ConstraintKind::NotNull { column } => vec![column],
            ConstraintKind::Unique { columns, .. }
            | ConstraintKind::PrimaryKey { columns, .. }
            | ConstraintKind::ForeignKey { columns, .. } => {
                columns.iter().map(String::as_str).collect()
            }
            ConstraintKind::Exclude { elements, .. } => elements
                .iter()
                .filter_map(|element| match &element.column {
                    crate::ir::IndexColumn::Column(name) => Some(name.as_str()),
                    crate::ir::IndexColumn::Expression(_) => None,
                })
                .collect(),
        }
    }
}

impl Relation {
    /// A relation of which only the name is known.
    #[must_use]
    pub(super) fn named(
        id: RelationId,
        schema: Option<String>,
        name: String,
        kind: RelationKind,
    ) -> Self {
        Self {
            id,
            schema,
            name,
            kind,
            created: None,
            complete: false,
            sure: true,
            filled: false,
            emptied: None,
            copied: None,
            temporary: false,
            dropped: false,
            columns: List::default(),
            constraints: List::default(),
            table: None,
            definition: None,
            reads: Arc::default(),
            mentions: Arc::default(),
            needs: Arc::default(),
            passes: Passes::default(),
            attached: List::default(),
            of_type: None,
            owner: None,
            unlogged: false,
            access_method: None,
            tablespace: None,
            clustered: false,
            column: None,
            partitioned: false,
            partitioning: None,
            default_partition: None,
            parents: Vec::new(),
            bound: None,
            row_security: RowSecurityState::default(),
            replica_identity: ReplicaIdentity::default(),
            remembered: 0,
        }
    }

    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.get(name)
    }

    /// The constraint of this name.
    #[must_use]
    pub fn constraint(&self, name: &str) -> Option<&Constraint> {
        self.constraints.get(name)
    }

    /// The primary key.
    #[must_use]
    pub fn primary_key(&self) -> Option<&Constraint> {
        self.constraints
            .iter()
            .find(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }))
    }

    /// The name with its schema, as far as known.
    #[must_use]
    pub fn full_name(&self) -> Name {
        Name {
            schema: self.schema.clone(),
            name: self.name.clone(),
        }
    }

    /// The name with its schema, where that is another than `public`.
    #[must_use]
    pub fn display_name(&self) -> String {
        match self.schema.as_deref() {
            None | Some("public" | TEMPORARY) => self.name.clone(),
            Some(schema) => format!("{schema}.{}", self.name),
        }
    }
}
