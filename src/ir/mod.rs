//! The typed tree that every front end makes and everything behind it reads: migrations, statements, actions.

mod alter;
mod code;
mod create;
mod dml;
mod expr;
mod family;
mod kind;
mod name;
mod object;
mod origin;
mod outline;
mod reach;
mod statement;

pub use alter::{
    AlterAction, AlterCommand, AlterTable, PartitionBound, ReplicaIdentity, RowSecurity,
    SequenceOptions, StorageParameter, TriggerSet, TriggerState,
};
pub use code::{Arguments, Code, CodeStep, CreateRoutine, Unread, UnreadReason, Written};
pub use create::{
    ColumnDef, ColumnPlaces, Constraint, ConstraintKind, CreateIndex, CreateTable, CreateTableAs,
    CreateView, Deferral, Generated, IndexColumn, IndexElement, LikeClause, LikePart,
    PartitionStrategy, Partitioning, Passes, ReferentialAction,
};
pub use dml::{Dml, DmlKind, Execution, Repeated, RowLock, SequenceUse};
pub use expr::{ColumnRef, Expr, ExprNode, QueryRows};
pub use family::Family;
pub use name::{Name, TypeName};
pub use object::{CreateObject, Publication, PublicationChange, RenameObject};
pub use origin::Origin;
pub use outline::{Habit, Operation, Outline, Sent, Unused};
pub use statement::{
    Action, DomainChange, Drop, Fires, Known, LabelPlace, Migration, ObjectKind, Problem,
    ProblemKind, ReindexTarget, RelationKind, SetVariable, Statement, Transaction, Uses, Utility,
};
