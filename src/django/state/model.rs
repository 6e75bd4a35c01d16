//! One model.

use super::ModelKey;
use crate::django::fields::Field;
use crate::django::schema_editor::names::truncate_name;
use crate::django::value::Value;
use std::sync::Arc;

/// A model as migrations left it.
#[derive(Clone, Debug)]
pub struct Model {
    pub key: ModelKey,
    /// Its name as written.
    pub name: String,
    /// Its own fields, in order.
    pub fields: Vec<Arc<Field>>,
    /// Models that it inherits from with a table of their own.
    pub parents: Vec<ModelKey>,
    pub options: Options,
    /// When it was put into the state.
    pub birth: usize,
}

/// What the `Meta` of a model says about its table.
#[derive(Clone, Debug)]
pub struct Options {
    pub db_table: Option<String>,
    pub comment: Option<String>,
    pub unique_together: Vec<Vec<String>>,
    pub index_together: Vec<Vec<String>>,
    pub indexes: Vec<Value>,
    pub constraints: Vec<Value>,
    pub managed: bool,
    pub proxy: bool,
    pub swappable: Option<String>,
    pub order_with_respect_to: Option<String>,
    /// What its relations are called from the other side, where they do not say.
    pub default_related_name: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            db_table: None,
            comment: None,
            unique_together: Vec::new(),
            index_together: Vec::new(),
            indexes: Vec::new(),
            constraints: Vec::new(),
            managed: true,
            proxy: false,
            swappable: None,
            order_with_respect_to: None,
            default_related_name: None,
        }
    }
}

impl Model {
    /// The name of its table.
    ///
    /// Source: `Options.contribute_to_class` in `django/db/models/options.py`.
    #[must_use]
    pub fn table(&self) -> String {
        match &self.options.db_table {
            Some(table) if !table.is_empty() => table.clone(),
            _ => truncate_name(&format!("{}_{}", self.key.app, self.key.name)),
        }
    }

    /// A field of its own.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        let mut fields = self.fields.iter().map(Arc::as_ref);
        fields.find(|field| field.name == name)
    }

    /// Its primary key, where it is one field.
    #[must_use]
    pub fn primary_key(&self) -> Option<&Field> {
        let mut fields = self.fields.iter().map(Arc::as_ref);
        fields.find(|field| field.primary_key())
    }
}

/// The name under which an index or a constraint is kept.
#[must_use]
pub(in crate::django) fn name_of(value: &Value) -> Option<&str> {
    match value {
        Value::Call(call) => call.keyword("name").and_then(Value::as_str),
        _ => None,
    }
}
