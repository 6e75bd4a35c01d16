//! RunPython: what a function does to tables, as SQL that does the same.

use super::editor::Editor;
use super::names::quote;
use crate::django::facts::Generated;
use crate::django::operation::{DataStep, DataVerb, Deed, DeedKind, Extent, Looped, RunPython};
use crate::django::state::{Model, ModelKey, State};
use crate::django::value::Opaque;
use crate::ir::Habit;
use std::sync::Arc;

impl Editor<'_, '_> {
    /// What a function is known to do; the rest is noted.
    pub(super) fn run_python(&mut self, code: &RunPython, state: &State) {
        if code.noop {
            return;
        }
        let of_today = code.of_today.iter();
        let of_today = of_today.map(|(at, model)| {
            let named = format!("{}.{}", model.app, model.name);
            (*at, Habit::ModelOfToday(named))
        });
        self.habits.extend(of_today);
        for (at, model) in &code.loads {
            let key = ModelKey::new(&model.app, &model.name);
            let table = state.get(&key).map(|model| model.table());
            let table = table.unwrap_or_else(|| state.table_of(&key));
            self.habits.push((*at, Habit::LoadsAll(table)));
        }
        // Source: `Migration.apply` in `django/db/migrations/migration.py`.
        let own = !self.atomic && code.atomic == Some(true);
        if own {
            self.push(Generated::Begin);
        }
        let mut block = None;
        for deed in &code.deeds {
            let in_transaction = self.atomic || own;
            let now = deed.block.filter(|_| !in_transaction);
            if block != now {
                if block.is_some() {
                    self.push(Generated::End);
                }
                if now.is_some() {
                    self.push(Generated::Begin);
                }
                block = now;
            }
            self.deed(deed, in_transaction, state);
        }
        if own || block.is_some() {
            self.push(Generated::End);
        }
        if let Some(opaque) = &code.opaque {
            self.not_read(opaque);
        }
    }

    fn deed(&mut self, deed: &Deed, in_transaction: bool, state: &State) {
        let span = self.span;
        let step = match &deed.kind {
            DeedKind::Sql(sql) => {
                return self.push(Generated::CodeWritten(sql.clone(), span, deed.doubtful));
            }
            DeedKind::Rows(step) => step,
        };
        let key = ModelKey::new(&step.model.app, &step.model.name);
        let known = state.get(&key).cloned();
        let known = known.or_else(|| state.named_between(&key, self.facts));
        let target = match (&step.relation, known) {
            (None, Some(model)) => Target::of(&model, state),
            (None, None) => Target {
                model: None,
                table: state.table_of(&key),
                key: "id".to_owned(),
            },
            (Some(relation), Some(model)) => match state.related(&model, relation, self.facts) {
                Some(found) => Target::of(&found, state),
                // A value like any other, whose method has the same name.
                None => return,
            },
            (Some(relation), None) => match state.table_between(&key, relation) {
                Some(table) => Target {
                    model: None,
                    table: table.to_owned(),
                    key: "id".to_owned(),
                },
                None => return self.not_read(&not_known(step, relation, &key)),
            },
        };
        let turn_commits = deed.turn_commits && !in_transaction;
        self.push(Generated::Code(
            target.equivalent(step, turn_commits, state),
            span,
            deed.doubtful,
        ));
    }

    fn not_read(&mut self, opaque: &Opaque) {
        self.missing(opaque.span, opaque.reason.clone());
    }
}

/// A relation of a model that nobody knows.
fn not_known(step: &DataStep, relation: &str, key: &ModelKey) -> Opaque {
    let method = match step.verb {
        DataVerb::Delete => "delete",
        DataVerb::Insert => "add",
        _ => "update",
    };
    Opaque {
        span: step.span,
        reason: format!("it calls .{relation}.{method}(), and the model {key} is not known"),
    }
}

/// The table that a step touches.
struct Target {
    model: Option<Arc<Model>>,
    table: String,
    /// The column of its key.
    key: String,
}

impl Target {
    fn of(model: &Arc<Model>, state: &State) -> Self {
        let key = state.key_of(model);
        Self {
            table: model.table(),
            key: key.map_or_else(|| "id".to_owned(), |(_, field)| field.column()),
            model: Some(model.clone()),
        }
    }

    /// What is no field of a model that is known is an attribute of Python's, which no statement sets.
    fn columns(&self, step: &DataStep, state: &State) -> Vec<String> {
        let column = |name: &String| {
            let Some(model) = &self.model else {
                return Some(name.clone());
            };
            let field = state.field_of(model, name);
            let key = || name.strip_suffix("_id");
            let field = field.or_else(|| state.field_of(model, key()?));
            field.map(|(_, field)| field.column())
        };
        let columns = step.fields.iter().filter_map(column);
        columns.map(|column| quote(&column)).collect()
    }

    /// A statement that touches the rows that the step touches, in all its turns. Values are left open.
    fn equivalent(&self, step: &DataStep, turn_commits: bool, state: &State) -> String {
        let (table, key) = (quote(&self.table), quote(&self.key));
        let filter = match (&step.looped, step.extent) {
            (_, Extent::All) => String::new(),
            // Turn by turn: keys that are handed over.
            (Looped::Batches, _) if !turn_commits => format!(" WHERE {key} = ANY ($1)"),
            (Looped::Rows, Extent::Few) if !turn_commits && step.verb != DataVerb::Read => {
                format!(" WHERE {key} = ANY ($1)")
            }
            (Looped::Batches, _) | (_, Extent::Few) => format!(" WHERE {key} = $1"),
            // What it filters by stays open.
            (_, Extent::Filtered) => " WHERE $1".to_owned(),
        };
        match step.verb {
            DataVerb::Read if step.locks => format!("SELECT * FROM {table}{filter} FOR UPDATE"),
            DataVerb::Read => format!("SELECT * FROM {table}{filter}"),
            DataVerb::Delete => format!("DELETE FROM {table}{filter}"),
            DataVerb::Insert => self.insert(step, turn_commits, state),
            DataVerb::Update => {
                let columns = self.columns(step, state);
                let mut set: Vec<String> = columns
                    .iter()
                    .map(|column| format!("{column} = $2"))
                    .collect();
                if set.is_empty() {
                    set.push(format!("{key} = {key}"));
                }
                format!("UPDATE {table} SET {}{filter}", set.join(", "))
            }
        }
    }

    fn insert(&self, step: &DataStep, turn_commits: bool, state: &State) -> String {
        let table = quote(&self.table);
        let columns = self.columns(step, state);
        let many = match step.looped {
            Looped::Rows => !turn_commits,
            Looped::Once => step.extent > Extent::Few,
            Looped::Batches => false,
        };
        let values: Vec<String> = (1..=columns.len()).map(|at| format!("${at}")).collect();
        let count = values.len() + 1;
        let (columns, values) = (columns.join(", "), values.join(", "));
        if many && columns.is_empty() {
            // Nobody knows which columns are given; the key is left to its sequence.
            format!("INSERT INTO {table} SELECT FROM generate_series(1, ${count})")
        } else if many {
            format!(
                "INSERT INTO {table} ({columns}) SELECT {values} FROM generate_series(1, ${count})"
            )
        } else if columns.is_empty() {
            format!("INSERT INTO {table} DEFAULT VALUES")
        } else {
            format!("INSERT INTO {table} ({columns}) VALUES ({values})")
        }
    }
}
