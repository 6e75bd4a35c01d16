//! Django: operations that have a form for which nobody waits, and migrations of their own where that takes them.

mod module;

use super::apart::{PutOff, mentions};
use super::lines::Ending;
use super::pending::Pending;
use crate::finding::{Built, Edit, Finding, Fix, NewFile, NotValid, Remedy, Safety};
use crate::ir::Migration;
use crate::source::Span;
use module::{Module, Operation};
use std::path::Path;

/// Where the operations stand that PostgreSQL alone has.
const POSTGRES: &str = "django.contrib.postgres.operations";

/// What an operation becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// The same under another name, outside a transaction.
    Concurrently(&'static str),
    /// `AddConstraintNotValid`, and `ValidateConstraint` later.
    NotValid,
}

impl Form {
    const fn class(self) -> &'static str {
        match self {
            Self::Concurrently(class) => class,
            Self::NotValid => "AddConstraintNotValid",
        }
    }

    /// Only where the operation does what the finding is about, and no more: `Index` is no field with an index of its own.
    fn of(operation: &Operation<'_>, finding: &Finding) -> Option<Self> {
        match (operation.class, finding.remedy.as_ref()?) {
            ("AddIndex", Remedy::IndexConcurrently(Built::Created)) => {
                Some(Self::Concurrently("AddIndexConcurrently"))
            }
            ("RemoveIndex", Remedy::DropIndexConcurrently) => {
                Some(Self::Concurrently("RemoveIndexConcurrently"))
            }
            ("AddConstraint", Remedy::NotValid(NotValid::Check(_))) => Some(Self::NotValid),
            _ => None,
        }
    }
}

/// A migration to be made.
struct Draft {
    word: &'static str,
    /// The names that its operations are imported by.
    classes: Vec<&'static str>,
    operations: Vec<String>,
    is_atomic: bool,
}

/// One fix for these findings about a migration of Django's.
pub(super) fn plan(
    pending: &Pending,
    at: usize,
    findings: &[&Finding],
) -> Result<Fix, &'static str> {
    let migration = &pending.migrations[at];
    let text = migration.file.text();
    let module =
        Module::read(text).ok_or("its class of operations is not written out as a list")?;
    let forms = forms(&module, findings);
    if forms.is_empty() {
        return Err("Django has no other form of its operations, or none is written yet");
    }
    let is_alone = forms.len() == module.operations.len();
    let (mut edits, mut classes, mut drafts) = (Vec::new(), Vec::new(), Vec::new());
    let mut validated = Vec::new();
    let mut unwraps = false;
    let mut put_off = Vec::new();
    for (nth, (operation, form)) in forms.iter().enumerate() {
        let stays = match form {
            Form::NotValid => true,
            Form::Concurrently(_) => is_alone && nth == 0,
        };
        put_off.extend(waiting(
            migration,
            operation,
            stays && *form != Form::NotValid,
        )?);
        if stays {
            edits.push((operation.callee, form.class().to_owned()));
            classes.push(form.class());
            unwraps |= *form != Form::NotValid;
        } else {
            edits.push((module.line_of(operation), String::new()));
            let moved = &text[operation.callee.end..operation.span.end];
            drafts.push(Draft {
                word: "concurrently",
                classes: vec![form.class()],
                operations: vec![format!("{}{moved}", form.class())],
                is_atomic: false,
            });
        }
        if *form == Form::NotValid {
            validated.push(
                operation
                    .validation(text)
                    .ok_or("its constraint has no name of its own")?,
            );
        }
    }
    if !validated.is_empty() {
        drafts.push(Draft {
            word: "validate",
            classes: vec!["ValidateConstraint"],
            operations: validated,
            is_atomic: true,
        });
    }
    if unwraps && !module.is_unwrapped {
        let at = Span::new(module.body, module.body);
        edits.push((at, "atomic = False\n\n    ".to_owned()));
    }
    if !classes.is_empty() {
        edits.push(module.import(POSTGRES, &mut classes));
    }
    let files = files(pending, at, &module, &drafts)?;
    if files.first().is_some_and(|(_, is_last)| !is_last) {
        free(pending, at, &put_off)?;
    }
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    let ending = Ending::of(text);
    Ok(Fix {
        safety: Safety::Safe,
        text: sentence(files.len()),
        edits: edits
            .into_iter()
            .map(|(span, text)| Edit {
                file: migration.file.clone(),
                span,
                text: ending.of_text(&text),
            })
            .collect(),
        files: files.into_iter().map(|(file, _)| file).collect(),
    })
}

/// The operations to change, in their order.
fn forms<'m, 't>(module: &'m Module<'t>, findings: &[&Finding]) -> Vec<(&'m Operation<'t>, Form)> {
    let forms = module.operations.iter().filter_map(|operation| {
        let mut about = findings.iter().filter(|it| it.statement == operation.span);
        Some((operation, about.find_map(|it| Form::of(operation, it))?))
    });
    forms.collect()
}

/// What is done later than before: nothing that follows in the migration may need it.
fn waiting(
    migration: &Migration,
    operation: &Operation<'_>,
    stays: bool,
) -> Result<Vec<PutOff>, &'static str> {
    let own = migration.statements.iter().enumerate();
    let own = own.filter(|(_, it)| it.span == operation.span);
    let Some((last, statement)) = own.last() else {
        return Err("it runs no SQL");
    };
    if stays {
        return Ok(Vec::new());
    }
    let put_off = PutOff::of(statement);
    let mut behind = migration.statements.iter().skip(last + 1);
    if behind.all(|other| put_off.may_wait_for(other, migration)) {
        Ok(vec![put_off])
    } else {
        Err("what follows it in the migration needs it")
    }
}

/// Whether the migrations that are pending behind this one may run before what is put off.
fn free(pending: &Pending, at: usize, put_off: &[PutOff]) -> Result<(), &'static str> {
    let mut behind = pending.migrations.iter().skip(at + 1);
    let is_free = behind.all(|migration| {
        let mut statements = migration.statements.iter();
        statements.all(|other| put_off.iter().all(|it| it.may_wait_for(other, migration)))
    });
    is_free
        .then_some(())
        .ok_or("the migrations behind it need what would run behind them")
}

/// The new migrations, each behind the one before, the first behind the last of the app; and whether that is this one.
fn files(
    pending: &Pending,
    at: usize,
    module: &Module<'_>,
    drafts: &[Draft],
) -> Result<Vec<(NewFile, bool)>, &'static str> {
    let migration = &pending.migrations[at];
    let text = migration.file.text();
    let path = migration.file.path();
    let folder = path.parent().unwrap_or(Path::new(""));
    let stem = |path: &Path| path.file_stem().map(|it| it.to_string_lossy().into_owned());
    let beside = pending
        .history
        .iter()
        .filter(|it| it.parent() == Some(folder));
    let names: Vec<String> = beside.filter_map(|it| stem(it)).collect();
    let own = stem(path).unwrap_or_default();
    let number = |name: &str| name.split('_').next().and_then(|it| it.parse::<u32>().ok());
    let last = names.iter().filter(|it| number(it).is_some());
    let last = last
        .max_by_key(|it| number(it))
        .ok_or("its name has no number")?;
    let mut app = module
        .dependencies
        .iter()
        .filter(|(_, name)| names.contains(name));
    let Some((app, _)) = app.next().filter(|_| number(&own).is_some()) else {
        return Err("the label of its app cannot be told");
    };
    let title = own.split_once('_').map_or("", |(_, title)| title);
    let (mut before, mut next) = (last.clone(), number(last).unwrap_or(0) + 1);
    let mut files = Vec::new();
    for draft in drafts {
        let name = format!("{next:04}_{title}_{}", draft.word);
        let body = draft.operations.iter().map(|it| format!("        {it},\n"));
        let body: String = body.collect();
        let import = format!("from {POSTGRES} import {}\n", draft.classes.join(", "));
        let imports = imports(module, text, &body);
        let atomic = if draft.is_atomic {
            ""
        } else {
            "    atomic = False\n\n"
        };
        let written = format!(
            "{import}{imports}\n\nclass Migration(migrations.Migration):\n{atomic}    dependencies = [\n        (\"{app}\", \"{before}\"),\n    ]\n\n    operations = [\n{body}    ]\n"
        );
        files.push((
            NewFile {
                path: folder.join(format!("{name}.py")),
                text: Ending::of(text).of_text(&written.replace("\r\n", "\n")),
            },
            *last == own,
        ));
        before = name;
        next += 1;
    }
    Ok(files)
}

/// The imports that operations need: of Django's what they name, of others those that they name something of.
fn imports(module: &Module<'_>, text: &str, body: &str) -> String {
    const OWN: &str = "django.db";
    let models = if mentions(body, "models") {
        ", models"
    } else {
        ""
    };
    let mut imports = String::new();
    let own = format!("from {OWN} import migrations{models}\n");
    let mut is_there = false;
    for import in &module.imports {
        let is_named = import.names.iter().any(|name| mentions(body, name));
        if import.module == OWN {
            imports.push_str(if is_there { "" } else { &own });
            is_there = true;
        } else if is_named && import.module != POSTGRES {
            imports.push_str(&text[import.span.start..import.span.end]);
            imports.push('\n');
        }
    }
    if is_there { imports } else { own + &imports }
}

fn sentence(new: usize) -> String {
    match new {
        0 => "takes the operation of django.contrib.postgres, and no transaction".to_owned(),
        1 => "takes operations of django.contrib.postgres, and adds one migration".to_owned(),
        more => format!("takes operations of django.contrib.postgres, and adds {more} migrations"),
    }
}
