//! RunPython: what a function does to tables, as SQL that does the same.

use super::editor::Editor;
use super::names::quote;
use crate::django::facts::Generated;
use crate::django::operation::{DataStep, DataVerb, RunPython};
use crate::django::state::{Model, ModelKey, State};

impl Editor<'_, '_> {
    /// What a function is known to do; the rest is noted.
    pub(super) fn run_python(&mut self, code: &RunPython, state: &State) {
        if code.noop {
            return;
        }
        for step in &code.steps {
            let key = ModelKey::new(&step.app, &step.model);
            let sql = match state.get(&key) {
                Some(model) => equivalent(step, Some(model), &model.table(), state),
                None => equivalent(step, None, &state.table_of(&key), state),
            };
            self.push(Generated::Code(sql, step.span));
        }
        for sql in &code.sql {
            self.push(Generated::CodeWritten(sql.clone()));
        }
        if let Some(opaque) = &code.opaque {
            self.unknown(opaque.span, opaque.reason.clone());
            self.push(Generated::Unknown(opaque.clone()));
        }
    }
}

/// A statement that touches the rows that the step touches. Values are left open.
fn equivalent(
    step: &DataStep,
    model: Option<&std::sync::Arc<Model>>,
    table: &str,
    state: &State,
) -> String {
    let table = quote(table);
    let column = |name: &String| {
        let field = model.and_then(|model| state.field_of(model, name));
        field.map_or_else(|| name.clone(), |(_, field)| field.column())
    };
    let key = model
        .and_then(|model| state.key_of(model))
        .map_or_else(|| "id".to_owned(), |(_, field)| field.column());
    let filter = match (step.row_by_row, step.batched, step.bounded) {
        (true, _, _) => format!(" WHERE {} = $1", quote(&key)),
        (_, true, _) => format!(" WHERE {} = ANY ($1)", quote(&key)),
        (_, _, true) => format!(" WHERE {} >= $1", quote(&key)),
        _ => String::new(),
    };
    match step.verb {
        DataVerb::Read => format!("SELECT * FROM {table}{filter}"),
        DataVerb::Delete => format!("DELETE FROM {table}{filter}"),
        DataVerb::Insert => {
            let columns: Vec<String> = step
                .fields
                .iter()
                .map(|name| quote(&column(name)))
                .collect();
            if columns.is_empty() {
                format!("INSERT INTO {table} DEFAULT VALUES")
            } else {
                let values: Vec<String> = (1..=columns.len()).map(|at| format!("${at}")).collect();
                format!(
                    "INSERT INTO {table} ({}) VALUES ({})",
                    columns.join(", "),
                    values.join(", ")
                )
            }
        }
        DataVerb::Update => {
            let columns = step.fields.iter().map(column);
            let mut set: Vec<String> = columns
                .map(|column| format!("{} = $2", quote(&column)))
                .collect();
            if set.is_empty() {
                set.push(format!("{0} = {0}", quote(&key)));
            }
            format!("UPDATE {table} SET {}{filter}", set.join(", "))
        }
    }
}
