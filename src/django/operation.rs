//! The operations of a migration, with their arguments under Django's names.

use super::value::{Call, Opaque, Text, Value};
use crate::source::Span;

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The whole call in the file.
    pub span: Span,
    pub kind: OperationKind,
}

/// A field of a model: its class and arguments as they are written, `Value::Call`, or what could not be decided.
pub type Field = Value;

/// What kind of operation, by Django's class name. Model and field names are as written; Django compares model names without case.
#[derive(Clone, Debug)]
pub enum OperationKind {
    CreateModel {
        name: String,
        fields: Vec<(String, Field)>,
        options: Vec<(String, Value)>,
        /// `Value::Str("app.Model")` or `Value::Name` of a class.
        bases: Vec<Value>,
    },
    DeleteModel {
        name: String,
    },
    RenameModel {
        old_name: String,
        new_name: String,
    },
    AlterModelTable {
        name: String,
        /// `None`: back to Django's default name.
        table: Option<String>,
    },
    AlterModelTableComment {
        name: String,
        table_comment: Option<String>,
    },
    /// `AlterUniqueTogether` and `AlterIndexTogether`.
    AlterTogether {
        name: String,
        which: Together,
        sets: Vec<Vec<String>>,
    },
    AlterOrderWithRespectTo {
        name: String,
        field: Option<String>,
    },
    AlterModelOptions {
        name: String,
        options: Vec<(String, Value)>,
    },
    AlterModelManagers {
        name: String,
    },
    AddField {
        model_name: String,
        name: String,
        field: Field,
        preserve_default: bool,
    },
    RemoveField {
        model_name: String,
        name: String,
    },
    AlterField {
        model_name: String,
        name: String,
        field: Field,
        preserve_default: bool,
    },
    RenameField {
        model_name: String,
        old_name: String,
        new_name: String,
    },
    /// `AddIndex`, and `AddIndexConcurrently` of `django.contrib.postgres`.
    AddIndex {
        model_name: String,
        index: Value,
        concurrently: bool,
    },
    RemoveIndex {
        model_name: String,
        name: String,
        concurrently: bool,
    },
    RenameIndex {
        model_name: String,
        new_name: String,
        old_name: Option<String>,
        old_fields: Option<Vec<String>>,
    },
    /// `AddConstraint`, and `AddConstraintNotValid` of `django.contrib.postgres`.
    AddConstraint {
        model_name: String,
        constraint: Value,
        not_valid: bool,
    },
    RemoveConstraint {
        model_name: String,
        name: String,
    },
    /// Django 6.0: state only.
    AlterConstraint {
        model_name: String,
        name: String,
        constraint: Value,
    },
    ValidateConstraint {
        model_name: String,
        name: String,
    },
    RunSql {
        /// The statements in order; each a script of its own.
        sql: Vec<SqlText>,
        /// `reverse_sql`, where there is one, or why it is not known.
        reverse: Option<Result<Vec<SqlText>, Opaque>>,
        state_operations: Vec<Operation>,
    },
    RunPython(Box<RunPython>),
    SeparateDatabaseAndState {
        database_operations: Vec<Operation>,
        state_operations: Vec<Operation>,
    },
    /// `CreateExtension` and its subclasses, by the name of the extension.
    CreateExtension {
        name: String,
    },
    CreateCollation {
        name: String,
        locale: String,
        provider: String,
        deterministic: bool,
    },
    RemoveCollation {
        name: String,
        locale: String,
        provider: String,
        deterministic: bool,
    },
    /// `AddTrigger` of django-pgtrigger: what installs it, and what takes it away again.
    AddTrigger {
        model_name: String,
        name: String,
        statements: Vec<String>,
        uninstall: String,
    },
    RemoveTrigger {
        model_name: String,
        name: String,
    },
    /// An operation that cannot be decided, or a class that is not Django's.
    Opaque(Opaque, Option<Box<Call>>),
}

/// Which of the two options that name sets of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together {
    Unique,
    Index,
}

/// One string of a RunSQL.
#[derive(Clone, Debug)]
pub struct SqlText {
    pub text: Text,
    /// Where `params` were given: their values; the text then has `%s` in their places, and `%%` for `%`.
    pub params: Option<Vec<Value>>,
    pub span: Span,
}

/// What a RunPython does, as far as its function can be read.
#[derive(Clone, Debug)]
pub struct RunPython {
    /// The name of the function as it is written.
    pub code: String,
    /// `RunPython.noop`.
    pub noop: bool,
    /// `reverse_code`, where there is one.
    pub reverse: Option<Box<RunPython>>,
    /// `atomic=`, where given.
    pub atomic: Option<bool>,
    /// What it does, in the order of the source.
    pub deeds: Vec<Deed>,
    /// Models that it uses as they are today, and where.
    pub of_today: Vec<(Span, ModelName)>,
    /// Models whose rows it loads all at once, and where.
    pub loads: Vec<(Span, ModelName)>,
    /// Whether everything that it does was understood.
    pub opaque: Option<Opaque>,
}

impl RunPython {
    /// One of which nothing is known, and why.
    #[must_use]
    pub fn opaque(opaque: Opaque) -> Self {
        Self {
            code: String::new(),
            noop: false,
            reverse: None,
            atomic: None,
            deeds: Vec::new(),
            of_today: Vec::new(),
            loads: Vec::new(),
            opaque: Some(opaque),
        }
    }
}

/// One thing that a function does.
#[derive(Clone, Debug)]
pub struct Deed {
    pub kind: DeedKind,
    /// Where a block of `transaction.atomic()` holds all of it, every turn of its loops included: which one.
    pub block: Option<usize>,
    /// Whether such a block stands inside its loop, so that each turn commits by itself where the migration is not atomic.
    pub turn_commits: bool,
    /// Whether it may not come to that.
    pub doubtful: bool,
}

impl Deed {
    /// The SQL of its own that it runs.
    #[must_use]
    pub fn sql(self) -> Option<SqlText> {
        match self.kind {
            DeedKind::Sql(sql) => Some(sql),
            DeedKind::Rows(_) => None,
        }
    }
}

/// What it is.
#[derive(Clone, Debug)]
pub enum DeedKind {
    /// It reads or writes rows of a model.
    Rows(DataStep),
    /// It runs SQL of its own.
    Sql(SqlText),
}

/// One thing that a function does to a model's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataStep {
    pub span: Span,
    pub model: ModelName,
    /// The relation of that model whose rows are meant instead of its own.
    pub relation: Option<String>,
    pub verb: DataVerb,
    /// Fields that are assigned, where known.
    pub fields: Vec<String>,
    /// The rows of one statement.
    pub extent: Extent,
    /// Whether the rows are locked as `select_for_update()` does.
    pub locks: bool,
    pub looped: Looped,
}

/// A model as `apps.get_model` was asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelName {
    pub app: String,
    pub name: String,
}

/// How many rows are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// A number that does not grow with the table.
    Few,
    /// Those that a condition holds for.
    Filtered,
    #[default]
    All,
}

/// How often something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looped {
    /// Once, or as often as something literal says.
    Once,
    /// For batch after batch.
    Batches,
    /// For row after row.
    Rows,
}

/// What is done to the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataVerb {
    Read,
    Insert,
    Update,
    Delete,
}
