//! Calls to operations: every operation of Django by its parameters.

use super::arguments::{Arguments, not_known};
use super::pgtrigger;
use crate::django::evaluate::Evaluator;
use crate::django::operation::{Field, Operation, OperationKind, Together};
use crate::django::value::{Call, Opaque, Value};
use crate::source::Span;

const MIGRATIONS: &str = "django.db.migrations.";
const POSTGRES: &str = "django.contrib.postgres.operations.";
const FIELD: &[&str] = &["model_name", "name", "field", "preserve_default"];
const COLLATION: &[&str] = &["name", "locale"];
/// How deep operations may stand in one another.
const MAX_DEPTH: usize = 20;

/// Reads operations; the evaluator is that of the module they stand in.
pub(super) struct Reader<'e, 'a> {
    pub(super) evaluator: &'e mut Evaluator<'a>,
    /// What was not understood of operations that were read all the same.
    pub(super) notes: Vec<Opaque>,
    /// The label of the app whose migration this is.
    app: String,
    depth: usize,
}

impl<'e, 'a> Reader<'e, 'a> {
    pub(super) fn new(evaluator: &'e mut Evaluator<'a>, app: &str) -> Self {
        Self {
            evaluator,
            app: app.to_owned(),
            notes: Vec::new(),
            depth: 0,
        }
    }

    /// Whether the project's routers let an operation run that gives these `hints`.
    pub(super) fn is_allowed(&self, hints: Option<&Value>) -> bool {
        let hints = match hints {
            Some(Value::Dict(items)) => items.as_slice(),
            _ => &[],
        };
        let named = hints.iter();
        let named =
            named.filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value.clone())));
        let hints: Vec<(String, Value)> = named.collect();
        self.evaluator.allows(&self.app, &hints)
    }

    pub(super) fn operations(&mut self, values: &[Value]) -> Vec<Operation> {
        values.iter().map(|value| self.operation(value)).collect()
    }

    /// One step deeper into classes that derive from one another, as far as that may go.
    pub(super) fn deeper(&mut self) -> bool {
        self.depth += 1;
        self.depth < MAX_DEPTH
    }

    fn operation(&mut self, value: &Value) -> Operation {
        match value {
            Value::Call(call) if self.depth < MAX_DEPTH => {
                let depth = self.depth;
                self.depth += 1;
                let kind = self.of_call(call);
                self.depth = depth;
                Operation {
                    span: call.span,
                    kind: kind
                        .unwrap_or_else(|opaque| OperationKind::Opaque(opaque, Some(call.clone()))),
                }
            }
            Value::Unknown(opaque) => Operation {
                span: opaque.span,
                kind: OperationKind::Opaque(opaque.clone(), None),
            },
            other => {
                let reason = match other {
                    Value::Name(path) => format!("{path} is not known"),
                    _ => "this is not an operation".to_owned(),
                };
                let span = Span::default();
                Operation {
                    span,
                    kind: OperationKind::Opaque(Opaque { span, reason }, None),
                }
            }
        }
    }

    /// The operation that a call makes.
    pub(super) fn of_call(&mut self, call: &Call) -> Result<OperationKind, Opaque> {
        if call.receiver.is_some() {
            return Err(not_known(call));
        }
        if let Some(class) = call.callee.strip_prefix(MIGRATIONS) {
            return match class {
                "CreateModel" | "DeleteModel" | "RenameModel" => model(class, call),
                "AddField" | "AlterField" | "RemoveField" | "RenameField" => field(class, call),
                "RunSQL" => self.run_sql(call),
                "RunPython" => self.run_python(call),
                "SeparateDatabaseAndState" => Ok(self.separate(call)),
                _ if class.contains("Index") && class != "AlterIndexTogether"
                    || class.contains("Constraint") =>
                {
                    index_or_constraint(class, call)
                }
                _ => options(class, call),
            };
        }
        if let Some(class) = call.callee.strip_prefix(POSTGRES) {
            return postgres(class, call);
        }
        if let Some(class) = call.callee.strip_prefix(pgtrigger::MODULE) {
            return pgtrigger::operation(class, call);
        }
        // A note for another linter.
        if call.callee.starts_with("django_migration_linter.") {
            return Ok(OperationKind::SeparateDatabaseAndState {
                database_operations: Vec::new(),
                state_operations: Vec::new(),
            });
        }
        self.of_subclass(call)
    }
}

fn model(class: &str, call: &Call) -> Result<OperationKind, Opaque> {
    if class == "RenameModel" {
        let given = Arguments::new(call, &["old_name", "new_name"]);
        return Ok(OperationKind::RenameModel {
            old_name: given.text("old_name")?,
            new_name: given.text("new_name")?,
        });
    }
    let given = Arguments::new(call, &["name", "fields", "options", "bases", "managers"]);
    let name = given.text("name")?;
    if class == "DeleteModel" {
        return Ok(OperationKind::DeleteModel { name });
    }
    Ok(OperationKind::CreateModel {
        name,
        fields: fields(given.list("fields")?),
        options: given
            .entries("options")
            .unwrap_or_else(|opaque| vec![("**".to_owned(), Value::Unknown(opaque))]),
        bases: given
            .list("bases")
            .unwrap_or_else(|opaque| vec![Value::Unknown(opaque)]),
    })
}

/// The fields of a model; those that are not known have no name.
fn fields(items: Vec<Value>) -> Vec<(String, Field)> {
    let named = items.into_iter().map(|item| match item {
        Value::Tuple(pair) | Value::List(pair) => {
            let mut pair = pair.into_iter();
            let name = pair
                .next()
                .and_then(|name| name.as_str().map(str::to_owned));
            (name.unwrap_or_default(), pair.next().unwrap_or(Value::None))
        }
        other => (String::new(), other),
    });
    named.collect()
}

fn field(class: &str, call: &Call) -> Result<OperationKind, Opaque> {
    if class == "RenameField" {
        let given = Arguments::new(call, &["model_name", "old_name", "new_name"]);
        return Ok(OperationKind::RenameField {
            model_name: given.text("model_name")?,
            old_name: given.text("old_name")?,
            new_name: given.text("new_name")?,
        });
    }
    let given = Arguments::new(call, FIELD);
    let (model_name, name) = (given.text("model_name")?, given.text("name")?);
    if class == "RemoveField" {
        return Ok(OperationKind::RemoveField { model_name, name });
    }
    let field = given.need("field")?.clone();
    let preserve_default = given.flag("preserve_default", true);
    Ok(if class == "AddField" {
        OperationKind::AddField {
            model_name,
            name,
            field,
            preserve_default,
        }
    } else {
        OperationKind::AlterField {
            model_name,
            name,
            field,
            preserve_default,
        }
    })
}

fn index_or_constraint(class: &str, call: &Call) -> Result<OperationKind, Opaque> {
    let parameters: &[&str] = match class {
        "AddIndex" | "AddIndexConcurrently" => &["model_name", "index"],
        "AddConstraint" | "AddConstraintNotValid" => &["model_name", "constraint"],
        "AlterConstraint" => &["model_name", "name", "constraint"],
        "RenameIndex" => &["model_name", "new_name", "old_name", "old_fields"],
        _ => &["model_name", "name"],
    };
    let given = Arguments::new(call, parameters);
    let model_name = given.text("model_name")?;
    Ok(match class {
        "AddIndex" | "AddIndexConcurrently" => OperationKind::AddIndex {
            model_name,
            index: given.need("index")?.clone(),
            concurrently: class != "AddIndex",
        },
        "RemoveIndex" | "RemoveIndexConcurrently" => OperationKind::RemoveIndex {
            model_name,
            name: given.text("name")?,
            concurrently: class != "RemoveIndex",
        },
        "RenameIndex" => OperationKind::RenameIndex {
            model_name,
            new_name: given.text("new_name")?,
            old_name: given.optional_text("old_name")?,
            old_fields: given
                .get("old_fields")
                .map(|_| given.texts("old_fields"))
                .transpose()?,
        },
        "AddConstraint" | "AddConstraintNotValid" => OperationKind::AddConstraint {
            model_name,
            constraint: given.need("constraint")?.clone(),
            not_valid: class != "AddConstraint",
        },
        "RemoveConstraint" => OperationKind::RemoveConstraint {
            model_name,
            name: given.text("name")?,
        },
        "AlterConstraint" => OperationKind::AlterConstraint {
            model_name,
            name: given.text("name")?,
            constraint: given.need("constraint")?.clone(),
        },
        "ValidateConstraint" => OperationKind::ValidateConstraint {
            model_name,
            name: given.text("name")?,
        },
        _ => return Err(not_known(call)),
    })
}

fn options(class: &str, call: &Call) -> Result<OperationKind, Opaque> {
    let parameters: &[&str] = match class {
        "AlterModelTable" => &["name", "table"],
        "AlterModelTableComment" => &["name", "table_comment"],
        "AlterUniqueTogether" => &["name", "unique_together"],
        "AlterIndexTogether" => &["name", "index_together"],
        "AlterOrderWithRespectTo" => &["name", "order_with_respect_to"],
        "AlterModelOptions" => &["name", "options"],
        "AlterModelManagers" => &["name", "managers"],
        _ => return Err(not_known(call)),
    };
    let given = Arguments::new(call, parameters);
    let name = given.text("name")?;
    Ok(match class {
        "AlterModelTable" => OperationKind::AlterModelTable {
            name,
            table: given.optional_text("table")?,
        },
        "AlterModelTableComment" => OperationKind::AlterModelTableComment {
            name,
            table_comment: given.optional_text("table_comment")?,
        },
        "AlterUniqueTogether" => OperationKind::AlterTogether {
            name,
            which: Together::Unique,
            sets: sets(&given, "unique_together")?,
        },
        "AlterIndexTogether" => OperationKind::AlterTogether {
            name,
            which: Together::Index,
            sets: sets(&given, "index_together")?,
        },
        "AlterOrderWithRespectTo" => OperationKind::AlterOrderWithRespectTo {
            name,
            field: given.optional_text("order_with_respect_to")?,
        },
        "AlterModelOptions" => OperationKind::AlterModelOptions {
            name,
            options: given.entries("options").unwrap_or_default(),
        },
        _ => OperationKind::AlterModelManagers { name },
    })
}

/// Sets of field names; one set may stand for itself.
fn sets(given: &Arguments<'_>, name: &str) -> Result<Vec<Vec<String>>, Opaque> {
    let items = given.list(name)?;
    let strings = |items: &[Value]| -> Option<Vec<String>> {
        items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect()
    };
    if let Some(single) = strings(&items).filter(|single| !single.is_empty()) {
        return Ok(vec![single]);
    }
    let sets = items.iter().map(|item| strings(item.items()?));
    let sets: Option<Vec<_>> = sets.collect();
    sets.ok_or_else(|| given.fault(format!("{name} is not known")))
}

fn postgres(class: &str, call: &Call) -> Result<OperationKind, Opaque> {
    let extension = match class {
        "CreateExtension" => Arguments::new(call, &["name", "hints"]).text("name")?,
        "BloomExtension" => "bloom".to_owned(),
        "BtreeGinExtension" => "btree_gin".to_owned(),
        "BtreeGistExtension" => "btree_gist".to_owned(),
        "CITextExtension" => "citext".to_owned(),
        "CryptoExtension" => "pgcrypto".to_owned(),
        "HStoreExtension" => "hstore".to_owned(),
        "TrigramExtension" => "pg_trgm".to_owned(),
        "UnaccentExtension" => "unaccent".to_owned(),
        "CreateCollation" | "RemoveCollation" => {
            let given = Arguments::new(call, COLLATION);
            let (name, locale) = (given.text("name")?, given.text("locale")?);
            let provider = given.optional_text("provider")?;
            let provider = provider.unwrap_or_else(|| "libc".to_owned());
            let deterministic = call.keyword("deterministic").and_then(Value::truth);
            let deterministic = deterministic.unwrap_or(true);
            return Ok(if class == "CreateCollation" {
                OperationKind::CreateCollation {
                    name,
                    locale,
                    provider,
                    deterministic,
                }
            } else {
                OperationKind::RemoveCollation {
                    name,
                    locale,
                    provider,
                    deterministic,
                }
            });
        }
        _ => return index_or_constraint(class, call),
    };
    Ok(OperationKind::CreateExtension { name: extension })
}
