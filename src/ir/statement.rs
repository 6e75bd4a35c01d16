//! Migrations, their statements, and the action of each.

use super::{
    AlterTable, Code, CreateIndex, CreateObject, CreateRoutine, CreateTable, CreateTableAs,
    CreateView, Dml, DmlKind, Expr, Name, Origin, Publication, RenameObject, TypeName,
};
use crate::postgres::{LockMode, Version};
use crate::source::{Framework, SourceFile, Span, TransactionMode};
use serde::Serialize;
use std::sync::Arc;

/// One migration: what a runner runs and records as a unit.
#[derive(Clone, Debug)]
pub struct Migration {
    pub file: Arc<SourceFile>,
    /// What its runner calls it: a version, a folder or a file name.
    pub name: String,
    pub framework: Framework,
    pub transaction: TransactionMode,
    /// Whether the runner or the config says so; else it is assumed.
    pub is_transaction_known: bool,
    /// The ranges of the file that run on the way up.
    pub parts: Vec<Span>,
    pub statements: Vec<Statement>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Whether findings are reported; else it is context.
    pub reported: bool,
}

/// One statement, with its place in the file and what it does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Statement {
    /// From its first token to its last, without the semicolon; where its text does not stand in the file, what it is made from.
    pub span: Span,
    pub action: Action,
    pub origin: Origin,
    /// Statements with the same number are sent as one query, or in one transaction of their own. Without a number it is sent alone.
    pub query: Option<usize>,
    /// It stands in code that may not come to it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub perhaps: bool,
    /// Where some of the supported versions refuse it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<Known>,
}

impl Statement {
    /// Whether this version knows its syntax.
    #[must_use]
    pub fn holds(&self, version: Version) -> bool {
        self.known.is_none_or(|known| known.holds(version))
    }

    /// The text of a subcommand, counted from 0; of the whole statement where it has but one, or where its text does not stand in the file.
    #[must_use]
    pub fn span_of(&self, command: usize) -> Span {
        let command = match &self.action {
            Action::AlterTable(alter) if alter.commands.len() > 1 => alter.commands.get(command),
            _ => None,
        };
        let inside = command.filter(|_| self.origin == Origin::File);
        inside.map_or(self.span, |command| command.span)
    }
}

/// Which versions know the syntax of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Known {
    pub from: Version,
    pub to: Version,
    /// What the others stop at.
    pub stop: Span,
}

impl Known {
    /// Whether this version knows it.
    #[must_use]
    pub fn holds(&self, version: Version) -> bool {
        (self.from..=self.to).contains(&version)
    }
}

/// Something in a file that could not be read as PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub span: Span,
    pub kind: ProblemKind,
    /// What is wrong, lower case, without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// How a file fails to be SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ProblemKind {
    /// PostgreSQL would refuse it.
    Syntax,
    /// The file could not be read as text.
    Unreadable,
    /// It does not fit the migrations around it, so that their runner stops.
    Graph,
}

/// What kind of relation a statement names. `ALTER TABLE` may be written for any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    Table,
    ForeignTable,
    Index,
    View,
    MaterializedView,
    Sequence,
    /// A type made of attributes.
    CompositeType,
}

impl RelationKind {
    /// Whether code has its name in queries: a table of any kind, or a view.
    #[must_use]
    pub const fn is_queried(self) -> bool {
        !matches!(self, Self::Index | Self::Sequence)
    }

    /// Whether it stands for a query.
    #[must_use]
    pub const fn is_view(self) -> bool {
        matches!(self, Self::View | Self::MaterializedView)
    }
}

/// Objects that DROP, COMMENT, GRANT and CREATE name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectKind {
    Relation(RelationKind),
    Column,
    Constraint,
    Trigger,
    Rule,
    Policy,
    Function,
    Type,
    Domain,
    Schema,
    Extension,
    Publication,
    Subscription,
    Statistics,
    Database,
    Tablespace,
    Role,
    /// Operators, casts, collations, foreign servers, text search objects and all others that belong to no relation.
    Other,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Action {
    AlterTable(AlterTable),
    CreateTable(Box<CreateTable>),
    CreateTableAs(CreateTableAs),
    CreateView(CreateView),
    CreateIndex(Box<CreateIndex>),
    Drop(Drop),
    Truncate {
        tables: Vec<Name>,
        only: bool,
        cascade: bool,
        /// RESTART IDENTITY.
        restart: bool,
    },
    LockTable {
        tables: Vec<Name>,
        only: bool,
        mode: LockMode,
        nowait: bool,
    },
    Reindex {
        target: ReindexTarget,
        name: Option<Name>,
        concurrently: bool,
    },
    Refresh {
        view: Name,
        concurrently: bool,
        with_data: bool,
    },
    /// CLUSTER; without a table it is every table clustered before.
    Cluster {
        table: Option<Name>,
    },
    /// `ALTER ... ALL IN TABLESPACE`: every relation of the kind that lies there moves.
    MoveAll {
        kind: RelationKind,
        /// The tablespace that they lie in.
        from: String,
        to: String,
    },
    /// VACUUM; without tables it is every table of the database.
    Vacuum {
        tables: Vec<Name>,
        /// ONLY (PostgreSQL 18).
        only: bool,
        full: bool,
        analyze: bool,
    },
    /// ANALYZE; without tables it is every table of the database.
    Analyze {
        tables: Vec<Name>,
        /// ONLY (PostgreSQL 18).
        only: bool,
    },
    /// CREATE of an object that hangs on a relation: trigger, rule, policy, statistics.
    CreateOn {
        kind: ObjectKind,
        name: Option<String>,
        /// OR REPLACE, or IF NOT EXISTS.
        may_exist: bool,
        table: Name,
        /// The other table of a constraint trigger (`FROM`).
        from: Option<Name>,
        /// What its conditions and actions name.
        uses: Uses,
    },
    /// ALTER of such an object: ALTER TRIGGER, ALTER POLICY, ALTER RULE.
    AlterOn {
        kind: ObjectKind,
        name: String,
        table: Name,
        /// `[NO] DEPENDS ON EXTENSION`.
        depends: bool,
    },
    /// COMMENT, and SECURITY LABEL, which locks the same.
    Comment {
        kind: ObjectKind,
        /// The relation, or the relation that the column, constraint, trigger, rule or policy belongs to; the object's own name else.
        on: Option<Name>,
    },
    /// GRANT or REVOKE; `relations` is empty for what is not a relation.
    Grant {
        revoke: bool,
        relations: Vec<Name>,
        /// Schemas behind ALL TABLES IN SCHEMA and ALL SEQUENCES IN SCHEMA.
        all_in_schema: Vec<String>,
        /// ALL SEQUENCES rather than ALL TABLES.
        sequences: bool,
        /// Of single columns only.
        columns: bool,
        /// ON DATABASE.
        database: bool,
        /// Of roles, not of privileges.
        membership: bool,
        /// The privileges, or roles; folded.
        privileges: Vec<String>,
        /// Who gets or loses them; folded.
        roles: Vec<String>,
        /// What they are of, where that is no relation: of a function, a schema, a type.
        others: Option<(ObjectKind, Vec<Name>)>,
    },
    /// REASSIGN OWNED, or DROP OWNED.
    Owned {
        drop: bool,
        roles: Vec<String>,
        /// The new owner, where REASSIGN names one.
        to: Option<String>,
    },
    /// CREATE of a sequence.
    CreateSequence {
        name: Name,
        if_not_exists: bool,
        /// OWNED BY: the table and its column.
        owned_by: Option<(Name, String)>,
        /// AS.
        ty: Option<TypeName>,
    },
    /// CREATE TYPE of a composite type, which is a relation.
    CreateComposite {
        name: Name,
    },
    /// ALTER TYPE ... ATTRIBUTE: the composite type changes, and every table made of it.
    AlterComposite {
        name: Name,
    },
    CreateEnum {
        name: Name,
        /// In the order that they sort in.
        labels: Vec<String>,
    },
    AlterEnumAddValue {
        name: Name,
        value: String,
        if_not_exists: bool,
        /// BEFORE or AFTER another; at the end without it.
        place: Option<LabelPlace>,
    },
    /// ALTER TYPE ... RENAME VALUE.
    AlterEnumRenameValue {
        name: Name,
        from: String,
        to: String,
    },
    CreateDomain {
        name: Name,
        ty: TypeName,
        not_null: bool,
        default: Option<Expr>,
        checks: Vec<Expr>,
    },
    AlterDomain {
        name: Name,
        change: DomainChange,
        not_valid: bool,
    },
    /// CREATE or ALTER of an object that belongs to no relation and locks none: types, functions, schemas, extensions, roles, ...
    CreateObject(CreateObject),
    CreateRoutine(Box<CreateRoutine>),
    RenameObject(RenameObject),
    Publication(Publication),
    Dml(Dml),
    /// `COPY ... FROM` writes, `COPY ... TO` reads.
    Copy {
        table: Option<Name>,
        from: bool,
        reads: Vec<Name>,
    },
    /// `DO`: a block of procedural code.
    Do {
        language: String,
        code: Arc<Code>,
        /// The code runs COMMIT or ROLLBACK, which no transaction block allows.
        controls_transaction: bool,
    },
    Call {
        procedure: Name,
    },
    /// PREPARE of a statement on rows.
    Prepare {
        name: String,
        statement: Dml,
        text: Arc<str>,
    },
    /// EXECUTE of what was prepared.
    Execute {
        name: String,
    },
    Transaction(Transaction),
    Set(SetVariable),
    /// Known, and of no consequence to any relation: NOTIFY, PREPARE, SHOW, EXPLAIN without ANALYZE, ...
    Utility(Utility),
    /// Not known yet.
    Unknown,
}

/// What REINDEX is told to build anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReindexTarget {
    Index,
    Table,
    Schema,
    Database,
    System,
}

/// Where a new label of an enum goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelPlace {
    Before(String),
    After(String),
}

/// What ALTER DOMAIN does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DomainChange {
    SetDefault,
    DropDefault,
    /// ADD CONSTRAINT ... NOT NULL too.
    SetNotNull,
    DropNotNull,
    AddCheck,
    DropConstraint,
    ValidateConstraint,
    RenameConstraint,
    OwnerTo,
}

/// What a policy, rule or trigger names beside its own table.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Uses {
    /// Relations that are read.
    pub reads: Vec<Name>,
    /// Relations that the action of a rule writes to.
    pub writes: Vec<Name>,
    /// Functions that are called.
    pub calls: Vec<Name>,
    /// For a rule: the command that it is made for.
    pub on: Option<DmlKind>,
    /// For a rule: INSTEAD.
    pub instead: bool,
    /// Columns of its own table that a policy or a trigger's UPDATE OF names.
    pub columns: Vec<String>,
    /// For a trigger: what it fires on.
    pub fires: Fires,
}

/// What a trigger fires on.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Fires {
    /// BEFORE: its function may change the row that is written.
    pub before: bool,
    pub on: Vec<DmlKind>,
    pub on_truncate: bool,
    /// Only where WHEN holds, or where one of certain columns is written.
    pub perhaps: bool,
    /// For each row, also of partitions; else once a statement.
    pub each_row: bool,
    /// INITIALLY DEFERRED: when the transaction ends.
    pub deferred: bool,
}

impl Fires {
    /// Whether its function may give columns of the rows that are inserted a value.
    #[must_use]
    pub fn before_inserted_rows(&self) -> bool {
        self.before && self.each_row && self.on.contains(&DmlKind::Insert)
    }
}

/// `DROP kind names`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drop {
    pub kind: ObjectKind,
    pub names: Vec<Name>,
    /// The table, for DROP TRIGGER, RULE and POLICY.
    pub on: Option<Name>,
    pub if_exists: bool,
    pub cascade: bool,
    pub concurrently: bool,
    /// For functions: how many arguments each name is written with, if with any list.
    pub arguments: Vec<Option<usize>>,
}

/// Transaction control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Transaction {
    Begin,
    /// `chain`: AND CHAIN.
    Commit {
        chain: bool,
    },
    Rollback {
        chain: bool,
    },
    Savepoint(String),
    Release(String),
    RollbackTo(String),
    /// PREPARE TRANSACTION.
    TwoPhase,
    /// COMMIT PREPARED and ROLLBACK PREPARED, which no transaction block allows.
    EndPrepared,
    /// SET CONSTRAINTS; without names it is all of them.
    SetConstraints {
        names: Vec<Name>,
        deferred: bool,
    },
    /// SET TRANSACTION.
    Other,
}

/// SET, RESET and `set_config` of a run-time parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SetVariable {
    /// Folded name; `timezone` for SET TIME ZONE; `all` for RESET ALL, `discard` for DISCARD ALL.
    pub name: String,
    /// The values as written without quotes; `None` for DEFAULT and RESET.
    pub value: Option<Vec<String>>,
    /// SET LOCAL: until the end of the transaction.
    pub local: bool,
}

/// A statement that locks no relation for longer than it takes to look it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Utility {
    /// What it is called, for example `notify`.
    pub label: String,
    /// It refuses to run inside a transaction block (CREATE DATABASE, ALTER SYSTEM, ...).
    pub outside_transaction: bool,
}
