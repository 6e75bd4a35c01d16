//! A file to a migration: its class, and the attributes of that.

use super::read::Reader;
use crate::django::evaluate::{Evaluator, World};
use crate::django::migration::{DjangoMigration, MigrationKey};
use crate::django::syntax::{self, span_of};
use crate::django::value::{Opaque, Value};
use crate::ir::{Problem, ProblemKind};
use crate::source::{SourceFile, Span};
use ruff_python_ast::{Expr, Stmt, StmtClassDef};
use std::sync::Arc;

/// What a Python file in a `migrations` package holds.
#[derive(Debug)]
pub struct MigrationFile {
    pub file: Arc<SourceFile>,
    pub migration: Option<DjangoMigration>,
    pub problems: Vec<Problem>,
    /// Its comments, and those inside the SQL that it runs.
    pub comments: Vec<Span>,
}

/// Reads the migration in `file`, one of the app with the label `app`.
#[must_use]
pub fn read(world: &World, app: &str, file: Arc<SourceFile>) -> MigrationFile {
    let syntax = syntax::parse(file.text());
    let mut problems = syntax.problems;
    let mut evaluator = Evaluator::new(world, world.module_of(file.path()), &file);
    evaluator.run(&syntax.body);
    let migration = evaluator.class("Migration").map(|class| {
        let attributes = evaluator.attributes_of(class);
        let mut methods = class.body.iter().filter_map(Stmt::as_function_def_stmt);
        let overridden =
            methods.find(|function| matches!(function.name.as_str(), "apply" | "__init__"));
        let is_left_out = overridden.is_some_and(|method| evaluator.hands_back(method));
        let key = MigrationKey {
            app: app.to_owned(),
            name: stem(&file),
        };
        let mut migration = Attributes(&attributes).migration(key, file.clone(), &mut evaluator);
        migration.places.push((None, span_of(&class.name)));
        migration.places.extend(places(class, &mut evaluator));
        if is_left_out {
            migration.operations.clear();
        } else {
            migration.opaque.extend(overridden.map(|function| Opaque {
                span: span_of(function),
                reason: "it changes how Django runs it".to_owned(),
            }));
        }
        migration
    });
    if migration.is_none() && problems.is_empty() {
        problems.push(Problem {
            span: Span::default(),
            kind: ProblemKind::Syntax,
            message: "a file among migrations without a Migration class, at which Django stops"
                .to_owned(),
            help: "add the class, or move the file to another folder".to_owned(),
        });
    }
    MigrationFile {
        comments: syntax.comments,
        file,
        migration,
        problems,
    }
}

/// Where the entries of `dependencies` and `run_before` stand.
fn places<'a>(
    class: &'a StmtClassDef,
    evaluator: &mut Evaluator<'a>,
) -> Vec<(Option<MigrationKey>, Span)> {
    let lists = class.body.iter().filter_map(|statement| {
        let assign = statement.as_assign_stmt()?;
        let name = assign.targets.first()?.as_name_expr()?.id.as_str();
        let list = assign.value.as_list_expr()?;
        matches!(name, "dependencies" | "run_before").then_some(&list.elts)
    });
    let entries: Vec<&'a Expr> = lists.flatten().collect();
    let mut places = Vec::new();
    for entry in entries {
        let value = evaluator.value(entry);
        if let Some([app, name]) = value.items()
            && let (Some(app), Some(name)) = (app.as_str(), name.as_str())
        {
            let key = MigrationKey {
                app: app.to_owned(),
                name: name.to_owned(),
            };
            places.push((Some(key), span_of(entry)));
        }
    }
    places
}

fn stem(file: &SourceFile) -> String {
    let stem = file.path().file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// What a class body binds.
struct Attributes<'v>(&'v [(String, Value)]);

impl Attributes<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    fn migration(
        &self,
        key: MigrationKey,
        file: Arc<SourceFile>,
        evaluator: &mut Evaluator<'_>,
    ) -> DjangoMigration {
        let mut opaque = Vec::new();
        let dependencies = self.keys("dependencies", &key, &mut opaque);
        let run_before = self.keys("run_before", &key, &mut opaque);
        let replaces = self.keys("replaces", &key, &mut opaque);
        let listed = self.get("operations");
        let listed = listed.filter(|value| value.as_str().is_none());
        let operations = listed.and_then(Value::iterated);
        let operations = match (operations, self.get("operations")) {
            (Some(operations), _) => operations,
            (None, None) => Vec::new(),
            (None, Some(Value::Unknown(what))) => vec![Value::Unknown(what.clone())],
            (None, Some(_)) => vec![Value::Unknown(Opaque {
                span: Span::default(),
                reason: "its operations are no list that is known".to_owned(),
            })],
        };
        let mut reader = Reader::new(evaluator, &key.app);
        let operations = reader.operations(&operations);
        opaque.append(&mut reader.notes);
        DjangoMigration {
            key,
            file,
            dependencies,
            run_before,
            replaces,
            atomic: self.get("atomic").and_then(Value::truth).unwrap_or(true),
            initial: self.get("initial").and_then(Value::truth),
            operations,
            opaque,
            places: Vec::new(),
        }
    }

    /// The migrations in a list of pairs.
    fn keys(&self, name: &str, of: &MigrationKey, opaque: &mut Vec<Opaque>) -> Vec<MigrationKey> {
        let Some(value) = self.get(name) else {
            return Vec::new();
        };
        let Some(items) = value.iterated() else {
            if let Value::Unknown(what) = value {
                opaque.push(what.clone());
            }
            return Vec::new();
        };
        let mut keys = Vec::new();
        for item in items {
            match pair(&item, of) {
                Some(key) => keys.push(key),
                None => opaque.push(match item {
                    Value::Unknown(what) => what,
                    Value::Call(call) => Opaque {
                        span: call.span,
                        reason: format!("one of its {name} is not known"),
                    },
                    _ => Opaque {
                        span: Span::default(),
                        reason: format!("one of its {name} is not known"),
                    },
                }),
            }
        }
        keys
    }
}

/// `("app", "0001_x")`, or what `swappable_dependency` makes of `"app.Model"`.
fn pair(item: &Value, of: &MigrationKey) -> Option<MigrationKey> {
    if let Some([app, name]) = item.items() {
        return Some(MigrationKey {
            // Django's loader reads `__self__` as the app itself.
            app: app.as_str().map(|app| {
                if app == "__self__" {
                    of.app.clone()
                } else {
                    app.to_owned()
                }
            })?,
            name: name.as_str()?.to_owned(),
        });
    }
    let Value::Call(call) = item else {
        return None;
    };
    let model = call
        .args
        .first()
        .or_else(|| call.keyword("value"))?
        .as_str()?;
    (call.class() == "swappable_dependency").then(|| MigrationKey {
        app: model.split('.').next().unwrap_or_default().to_owned(),
        name: "__first__".to_owned(),
    })
}
