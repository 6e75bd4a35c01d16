//! What an operation is called, as the headings of `sqlmigrate` call it.

use super::operation::{Operation, OperationKind, Together};
use super::value::{Call, Value};

impl Operation {
    /// One line that says what it does.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.kind {
            OperationKind::CreateModel { name, .. } => format!("Create model {name}"),
            OperationKind::DeleteModel { name } => format!("Delete model {name}"),
            OperationKind::RenameModel { old_name, new_name } => {
                format!("Rename model {old_name} to {new_name}")
            }
            OperationKind::AddField {
                model_name, name, ..
            } => format!("Add field {name} to {model_name}"),
            OperationKind::RemoveField { model_name, name } => {
                format!("Remove field {name} from {model_name}")
            }
            OperationKind::AlterField {
                model_name, name, ..
            } => {
                format!("Alter field {name} on {model_name}")
            }
            OperationKind::RenameField {
                model_name,
                old_name,
                new_name,
            } => format!("Rename field {old_name} on {model_name} to {new_name}"),
            OperationKind::AlterModelTable { .. }
            | OperationKind::AlterModelTableComment { .. }
            | OperationKind::AlterTogether { .. }
            | OperationKind::AlterOrderWithRespectTo { .. }
            | OperationKind::AlterModelOptions { .. }
            | OperationKind::AlterModelManagers { .. } => self.describe_options(),
            OperationKind::RunSql { .. } => "Raw SQL operation".to_owned(),
            OperationKind::RunPython(_) => "Raw Python operation".to_owned(),
            OperationKind::SeparateDatabaseAndState { .. } => {
                "Custom state/database change combination".to_owned()
            }
            OperationKind::CreateExtension { name } => format!("Creates extension {name}"),
            OperationKind::CreateCollation { name, .. } => format!("Create collation {name}"),
            OperationKind::RemoveCollation { name, .. } => format!("Remove collation {name}"),
            OperationKind::AddTrigger {
                model_name, name, ..
            } => format!("Create trigger {name} on model {model_name}"),
            OperationKind::RemoveTrigger { model_name, name } => {
                format!("Remove trigger {name} from model {model_name}")
            }
            OperationKind::Opaque(_, Some(call)) => call.class().to_owned(),
            OperationKind::Opaque(_, None) => "An operation that is not known".to_owned(),
            _ => self.describe_index(),
        }
    }

    fn describe_options(&self) -> String {
        match &self.kind {
            OperationKind::AlterModelTable { name, table } => {
                let table = table.as_deref().unwrap_or("(default)");
                format!("Rename table for {name} to {table}")
            }
            OperationKind::AlterModelTableComment { name, .. } => {
                format!("Alter {name} table comment")
            }
            OperationKind::AlterTogether { name, which, sets } => {
                let option = match which {
                    Together::Unique => "unique_together",
                    Together::Index => "index_together",
                };
                format!("Alter {option} for {name} ({} constraint(s))", sets.len())
            }
            OperationKind::AlterOrderWithRespectTo { name, field } => {
                let field = field.as_deref().unwrap_or("None");
                format!("Set order_with_respect_to on {name} to {field}")
            }
            OperationKind::AlterModelOptions { name, .. } => {
                format!("Change Meta options on {name}")
            }
            OperationKind::AlterModelManagers { name } => format!("Change managers on {name}"),
            _ => String::new(),
        }
    }

    fn describe_index(&self) -> String {
        match &self.kind {
            OperationKind::AddIndex {
                model_name,
                index,
                concurrently,
            } => {
                let how = if *concurrently {
                    "Concurrently create"
                } else {
                    "Create"
                };
                format!("{how} index {} on model {model_name}", named(index))
            }
            OperationKind::RemoveIndex {
                model_name,
                name,
                concurrently,
            } => {
                let how = if *concurrently {
                    "Concurrently remove"
                } else {
                    "Remove"
                };
                format!("{how} index {name} from {model_name}")
            }
            OperationKind::RenameIndex {
                model_name,
                new_name,
                old_name,
                ..
            } => match old_name {
                Some(old) => format!("Rename index {old} on {model_name} to {new_name}"),
                None => format!("Rename an unnamed index on {model_name} to {new_name}"),
            },
            OperationKind::AddConstraint {
                model_name,
                constraint,
                not_valid,
            } => {
                let how = if *not_valid {
                    "Create not valid"
                } else {
                    "Create"
                };
                format!(
                    "{how} constraint {} on model {model_name}",
                    named(constraint)
                )
            }
            OperationKind::RemoveConstraint { model_name, name } => {
                format!("Remove constraint {name} from model {model_name}")
            }
            OperationKind::AlterConstraint {
                model_name, name, ..
            } => {
                format!("Alter constraint {name} on {model_name}")
            }
            OperationKind::ValidateConstraint { model_name, name } => {
                format!("Validate constraint {name} on model {model_name}")
            }
            _ => String::new(),
        }
    }
}

/// The name of an index or constraint.
fn named(object: &Value) -> &str {
    let call: Option<&Call> = match object {
        Value::Call(call) => Some(call),
        _ => None,
    };
    call.and_then(|call| call.keyword("name"))
        .and_then(Value::as_str)
        .unwrap_or("without a name")
}
