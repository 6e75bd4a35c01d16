//! Migrations in running order to the statements that they run.

use super::branches::Branches;
use super::evaluate::CustomField;
use super::facts::{Compiled, DjangoVersion, Generated, ProjectFacts, View};
use super::graph::Graph;
use super::lower::Lowered;
use super::migration::DjangoMigration;
use super::operation::{Operation, OperationKind};
use super::operations::MigrationFile;
use super::project::{Options, Project};
use super::schema_editor::Replay;
use super::value::Value;
use crate::ir::{self, Migration, Outline};
use crate::source::{Direction, Framework, Span, TransactionMode};
use std::collections::{BTreeSet, HashSet};

/// By which lights migrations are compiled.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    pub options: &'a Options,
    pub view: View,
    /// Whether the way back is wanted too.
    pub direction: Direction,
}

/// What one migration runs on the way up, and on the way back where that is wanted and it can be taken back.
pub struct Both {
    pub up: (Migration, Outline),
    pub back: Option<(Migration, Outline)>,
}

/// What each of these migrations runs, given that those before it have run.
#[must_use]
pub fn migrations(
    project: &Project,
    ordered: &[&MigrationFile],
    graph: &Graph,
    wish: Wish<'_>,
) -> Vec<Both> {
    let declared: Vec<&DjangoMigration> = ordered
        .iter()
        .filter_map(|file| file.migration.as_ref())
        .collect();
    let mut facts = facts(project, wish);
    if project.settings.auto_field_is_guessed
        && let Some(written) = written_auto_field(project, &declared)
    {
        facts.default_auto_field = written;
    }
    let mut replay = Replay::new(&facts);
    let mut branches = Branches::new(graph, &facts);
    let all = ordered.iter().map(|file| {
        let Some(own) = &file.migration else {
            let up = migration(file, Compiled::default());
            return Both { up, back: None };
        };
        let before = (wish.direction == Direction::Down).then(|| replay.state().clone());
        let compiled = match wish.view {
            View::Run => replay.next(own),
            View::Printed => replay.print_next(own, branches.next(own)),
        };
        let back = before.and_then(|before| replay.back(own, &before, wish.view));
        Both {
            up: migration(file, compiled),
            back: back.map(|back| {
                let (mut back, mut outline) = migration(file, back);
                // What is wrong with the file is told of the way up.
                back.problems.clear();
                outline.operations.reverse();
                (back, outline)
            }),
        }
    });
    all.collect()
}

/// What `DEFAULT_AUTO_FIELD` was when `makemigrations` wrote a key that nobody had declared, where that was not Django's old default.
///
/// Source: `Options._prepare` in `django/db/models/options.py` makes such keys `auto_created`.
fn written_auto_field(project: &Project, declared: &[&DjangoMigration]) -> Option<String> {
    let own: BTreeSet<&str> = project
        .apps
        .iter()
        .filter(|app| app.own_auto_field)
        .map(|app| app.label.as_str())
        .collect();
    let others = declared
        .iter()
        .rev()
        .filter(|migration| !own.contains(migration.key.app.as_str()));
    let operations = others.flat_map(|migration| &migration.operations);
    let mut keys = operations.flat_map(|operation| match &operation.kind {
        OperationKind::CreateModel { fields, .. } => fields.as_slice(),
        _ => &[],
    });
    keys.find_map(|(_, field)| match field {
        Value::Call(call) if call.keyword("auto_created") == Some(&Value::Bool(true)) => {
            let is_it = matches!(call.class(), "BigAutoField" | "SmallAutoField");
            is_it.then(|| call.callee.clone())
        }
        _ => None,
    })
}

fn facts<'p>(project: &'p Project, wish: Wish<'_>) -> ProjectFacts<'p> {
    let (major, minor) = project.settings.version;
    let fields = wish.options.fields.iter().map(|(path, field)| {
        let base = if field.base.contains('.') {
            field.base.clone()
        } else {
            format!("django.db.models.{}", field.base)
        };
        let custom = CustomField {
            base,
            defaults: field.arguments.clone().into_iter().collect(),
            ..CustomField::default()
        };
        (path.clone(), custom)
    });
    ProjectFacts {
        django: DjangoVersion(major, minor),
        default_auto_field: project.settings.default_auto_field.clone(),
        fields: fields.collect(),
        world: &project.world,
    }
}

/// A file that holds no migration that could be read.
#[must_use]
pub fn broken(file: &MigrationFile) -> (Migration, Outline) {
    migration(file, Compiled::default())
}

fn migration(read: &MigrationFile, compiled: Compiled) -> (Migration, Outline) {
    let declared = read.migration.as_ref();
    let atomic = declared.is_none_or(|migration| migration.atomic);
    let mut lowered = Lowered::new(&read.file);
    let mut outline = Outline {
        app: declared
            .map(|migration| migration.key.app.clone())
            .unwrap_or_default(),
        first: declared.is_some_and(|migration| migration.initial == Some(true)),
        atomic,
        ..Outline::default()
    };
    for operation in declared.iter().flat_map(|migration| &migration.operations) {
        note(operation, &mut outline);
    }
    let mut began = 0;
    for generated in &compiled.statements {
        match generated {
            Generated::Made(sql, span) => lowered.generated(sql, *span, false),
            Generated::Code(sql, span, doubtful) => {
                let first = lowered.statements.len();
                lowered.generated(sql, *span, true);
                lowered.doubt(first, *doubtful);
            }
            Generated::Written(sql) => lowered.run_sql(sql, sql.span, false),
            Generated::CodeWritten(sql, at, doubtful) => {
                let first = lowered.statements.len();
                lowered.run_sql(sql, *at, true);
                lowered.doubt(first, *doubtful);
            }
            Generated::Begin => began = lowered.statements.len(),
            Generated::End => lowered.share_transaction(began),
            Generated::Unknown(opaque) => lowered.opaque(opaque.span, &opaque.reason),
        }
    }
    // Of an operation that is not understood wholly the SQL may not run, or what it fails with may be caught.
    let unclear: HashSet<Span> = compiled.opaque.iter().map(|note| note.span).collect();
    for statement in &mut lowered.statements {
        statement.perhaps |= unclear.contains(&statement.span);
    }
    let notes = compiled.opaque.into_iter();
    outline
        .opaque
        .extend(notes.map(|opaque| (opaque.span, opaque.reason)));
    outline.opaque.sort();
    outline.opaque.dedup();
    outline.comments.clone_from(&read.comments);
    outline.comments.append(&mut lowered.comments);
    outline.comments.sort_unstable();
    outline.sent = lowered.sent;
    outline.unused = compiled.unused;
    outline.habits = compiled.habits;
    outline.given_up = compiled.given_up;
    let mut problems = read.problems.clone();
    problems.append(&mut lowered.problems);
    let migration = Migration {
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
        is_transaction_known: true,
        parts: vec![Span::new(0, read.file.text().len())],
        statements: lowered.statements,
        problems,
        reported: false,
    };
    (migration, outline)
}

fn note(operation: &Operation, outline: &mut Outline) {
    let irreversible = match &operation.kind {
        OperationKind::RunPython(code) => code.reverse.is_none(),
        OperationKind::RunSql { reverse, .. } => reverse.is_none(),
        _ => false,
    };
    outline.operations.push(ir::Operation {
        span: operation.span,
        what: operation.describe(),
        irreversible,
    });
    if let OperationKind::SeparateDatabaseAndState {
        database_operations,
        state_operations,
    } = &operation.kind
    {
        database_operations
            .iter()
            .chain(state_operations)
            .for_each(|inner| note(inner, outline));
    }
}
