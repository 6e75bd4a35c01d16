//! Migrations in running order to the statements that they run.

use super::lower::Lowered;
use super::operation::{Operation, OperationKind};
use super::operations::MigrationFile;
use super::project::{Options, Project};
use crate::ir::{Migration, Python};
use crate::source::{Framework, Span, TransactionMode};

/// What each of these migrations runs, given that those before it have run.
pub(super) fn migrations(
    _project: &Project,
    ordered: &[&MigrationFile],
    _options: &Options,
) -> Vec<Migration> {
    ordered.iter().map(|file| migration(file)).collect()
}

/// A file that holds no migration that could be read.
pub(super) fn broken(file: MigrationFile) -> Migration {
    let mut migration = migration(&file);
    migration.reported = true;
    migration
}

fn migration(read: &MigrationFile) -> Migration {
    let declared = read.migration.as_ref();
    let atomic = declared.is_none_or(|migration| migration.atomic);
    let mut lowered = Lowered::new(&read.file);
    let mut python = Python {
        app: declared
            .map(|migration| migration.key.app.clone())
            .unwrap_or_default(),
        atomic,
        ..Python::default()
    };
    for operation in declared.iter().flat_map(|migration| &migration.operations) {
        note(operation, &mut python);
        match &operation.kind {
            OperationKind::RunSql { sql, .. } => sql.iter().for_each(|sql| lowered.run_sql(sql)),
            OperationKind::Opaque(opaque, _) => lowered.opaque(operation.span, &opaque.reason),
            _ => {}
        }
    }
    let notes = declared.iter().flat_map(|migration| &migration.opaque);
    python
        .opaque
        .extend(notes.map(|opaque| (opaque.span, opaque.reason.clone())));
    python.comments.clone_from(&read.comments);
    python.comments.append(&mut lowered.comments);
    python.comments.sort_unstable();
    python.sent = lowered.sent;
    let mut problems = read.problems.clone();
    problems.append(&mut lowered.problems);
    Migration {
        file: read.file.clone(),
        name: declared.map_or_else(
            || read.file.path().display().to_string(),
            |migration| migration.key.name.clone(),
        ),
        framework: Framework::Django,
        transaction: if atomic {
            TransactionMode::PerFile
        } else {
            TransactionMode::PerStatement
        },
        parts: vec![Span::new(0, read.file.text().len())],
        statements: lowered.statements,
        problems,
        reported: false,
        python: Some(Box::new(python)),
    }
}

fn note(operation: &Operation, python: &mut Python) {
    python
        .operations
        .push((operation.span, operation.describe()));
    if let OperationKind::SeparateDatabaseAndState {
        database_operations,
        state_operations,
    } = &operation.kind
    {
        database_operations
            .iter()
            .chain(state_operations)
            .for_each(|inner| note(inner, python));
    }
    if let OperationKind::Opaque(opaque, _) = &operation.kind {
        python.opaque.push((opaque.span, opaque.reason.clone()));
    }
}
