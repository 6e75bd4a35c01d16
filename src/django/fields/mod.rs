//! Fields of models: a class and its arguments, as Django deconstructs them, and what they are on PostgreSQL.

mod classes;
mod third_party;

use super::evaluate::{CustomField, DECIDING};
use super::facts::ProjectFacts;
use super::state::ModelKey;
use super::value::{Call, Opaque, Value};
use crate::source::Span;
pub use classes::Kind;
use std::sync::Arc;

const SETTINGS: &str = "django.conf.settings.";

/// Arguments that never change a table.
///
/// Source: `Field.non_db_attrs` in `django/db/models/fields/__init__.py`.
const NON_DB: &[&str] = &[
    "blank",
    "choices",
    "db_column",
    "editable",
    "error_messages",
    "help_text",
    "limit_choices_to",
    "on_delete",
    "related_name",
    "related_query_name",
    "validators",
    "verbose_name",
];

/// A field of a model in the state of a project.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    /// The class, by the dotted path under which it is written.
    pub path: String,
    pub kind: Kind,
    /// Arguments by name, without those that have their default value.
    pub arguments: Vec<(String, Value)>,
    /// A column type that the class says by itself.
    pub fixed_type: Option<String>,
    /// Why its column type is not known.
    pub opaque: Option<Opaque>,
    pub relation: Option<Relation>,
    /// Whether Django made it by itself, so that it stands before the others.
    pub auto_created: bool,
    pub span: Span,
}

/// Where a relation leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    pub to: ModelKey,
    /// The name of the model as it is written, which names a table that nobody knows.
    pub to_name: String,
    /// The field of `to` that is referenced; its primary key where nothing is said.
    pub to_field: Option<String>,
    /// A model of its own that a many-to-many relation goes through.
    pub through: Option<ModelKey>,
    pub db_constraint: bool,
}

impl Field {
    /// The field that a value describes, on a model of `app` called `model`.
    #[must_use]
    pub fn read(name: &str, value: &Value, owner: &ModelKey, facts: &ProjectFacts<'_>) -> Self {
        let mut field = Self {
            name: name.to_owned(),
            path: String::new(),
            kind: Kind::Unknown,
            arguments: Vec::new(),
            fixed_type: None,
            opaque: None,
            relation: None,
            auto_created: false,
            span: Span::default(),
        };
        match value {
            Value::Call(call) => field.of_call(call, owner, facts),
            Value::Unknown(opaque) => field.opaque = Some(opaque.clone()),
            _ => {
                field.opaque = Some(Opaque {
                    span: Span::default(),
                    reason: format!("the field {name} is not known"),
                });
            }
        }
        field
    }

    fn of_call(&mut self, call: &Call, owner: &ModelKey, facts: &ProjectFacts<'_>) {
        self.span = call.span;
        let (mut args, mut arguments) = (call.args.clone(), call.kwargs.clone());
        let mut path = if facts.fields.contains_key(&call.callee) {
            call.callee.clone()
        } else {
            facts.world.real_name(&call.callee)
        };
        self.path.clone_from(&path);
        let own = described(&path, facts);
        if let Some(custom) = own {
            path.clone_from(&custom.base);
            if let (true, Some(Value::Call(field))) = (custom.of_field, call.args.first()) {
                arguments.extend(field.kwargs.iter().cloned());
            }
            match self.handed_on(call, facts) {
                Some(handed) => {
                    arguments.clone_from(&handed.kwargs);
                    args.clone_from(&handed.args);
                    force(&mut arguments, &custom.attributes);
                }
                None => {
                    force(&mut arguments, &custom.forced);
                    force(&mut arguments, &custom.attributes);
                    for (name, value) in &custom.defaults {
                        if arguments.iter().all(|(known, _)| known != name) {
                            arguments.push((name.clone(), value.clone()));
                        }
                    }
                }
            }
            self.fixed_type.clone_from(&custom.db_type);
            self.kind = Kind::of(&path);
            if let Some(internal) = &custom.internal_type {
                let internal = Kind::of(&format!("django.db.models.{internal}"));
                if internal != Kind::Unknown && self.kind.is_column() {
                    self.kind = internal;
                }
            }
        } else {
            self.kind = Kind::of(&path);
        }
        self.kind = self.kind.in_version(facts.django);
        if self.kind == Kind::Unknown && self.fixed_type.is_none() {
            self.guess(call.span);
        }
        if self.path.ends_with(".CompositePrimaryKey") {
            arguments.push(("args".to_owned(), Value::List(args.clone())));
        }
        let positional = self.kind.positional();
        for (name, value) in positional.iter().zip(&args) {
            arguments.push(((*name).to_owned(), value.clone()));
        }
        self.auto_created = arguments
            .iter()
            .any(|(name, value)| name == "auto_created" && value.truth() == Some(true));
        arguments.retain(|(name, value)| !self.kind.is_default(name, value));
        arguments.sort_by(|a, b| a.0.cmp(&b.0));
        self.arguments = arguments;
        if self.kind.is_relation() {
            self.relation = self.relation(owner);
            if self.relation.is_none() {
                self.opaque = Some(Opaque {
                    span: call.span,
                    reason: format!("where the relation {} leads is not known", self.name),
                });
            }
        }
    }

    /// The call that the project's own classes make of this one, as far as it can be followed; where it cannot, that is noted.
    fn handed_on(&mut self, call: &Call, facts: &ProjectFacts<'_>) -> Option<Call> {
        if facts.fields.contains_key(&self.path) {
            return None;
        }
        let own = Call {
            callee: self.path.clone(),
            ..call.clone()
        };
        let handed = facts.world.handed_on(&own)?;
        let is_known = |call: &Call| {
            let mut kwargs = call.kwargs.iter();
            kwargs.all(|(name, value)| {
                !(name == "**" || DECIDING.contains(&name.as_str()) && value.is_unknown())
            })
        };
        let handed = handed.ok().filter(is_known);
        if handed.is_none() {
            self.opaque = Some(Opaque {
                span: call.span,
                reason: format!("what {} does with its arguments is not known", self.path),
            });
        }
        handed
    }

    /// A class that nobody knows is taken for the one of Django's after which it is named, and that is said.
    fn guess(&mut self, span: Span) {
        let name = self.path.rsplit('.').next().unwrap_or_default();
        self.kind = Kind::named_after(name);
        let mut reason = format!("the column type of {} is not known", self.path);
        if self.kind != Kind::Unknown {
            reason.push_str(&format!(": taken for that of {}", self.kind.class()));
        }
        self.opaque = Some(Opaque { span, reason });
    }

    fn relation(&self, owner: &ModelKey) -> Option<Relation> {
        let (to, to_name) = model_named(self.get("to")?, owner)?;
        let through = self.get("through").filter(|value| **value != Value::None);
        Some(Relation {
            to,
            to_name,
            to_field: self.text("to_field").map(str::to_owned),
            through: through.and_then(|value| Some(model_named(value, owner)?.0)),
            db_constraint: self.flag("db_constraint", true),
        })
    }

    /// An argument, where it is given.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let found = self.arguments.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// A truth value among the arguments.
    #[must_use]
    pub fn flag(&self, name: &str, default: bool) -> bool {
        self.get(name).and_then(Value::truth).unwrap_or(default)
    }

    /// A string among the arguments.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// Whether it may be NULL; of a class that is not known nobody can say that it may not.
    #[must_use]
    pub fn null(&self) -> bool {
        let default = self.kind.class() == "NullBooleanField";
        self.is_guessed() && !self.primary_key() || self.flag("null", default)
    }

    /// Whether its class is not known, so that its column is a guess.
    #[must_use]
    pub fn is_guessed(&self) -> bool {
        self.opaque.is_some() && !self.kind.is_relation()
    }

    #[must_use]
    pub fn primary_key(&self) -> bool {
        self.flag("primary_key", false)
    }

    /// Whether its column is unique; a primary key is.
    #[must_use]
    pub fn unique(&self) -> bool {
        self.kind == Kind::OneToOne || self.flag("unique", false) || self.primary_key()
    }

    #[must_use]
    pub fn db_index(&self) -> bool {
        self.flag("db_index", self.kind.is_indexed())
    }

    #[must_use]
    pub fn is_many_to_many(&self) -> bool {
        self.kind == Kind::ManyToMany
    }

    /// The expression of a GeneratedField, and whether it is stored.
    #[must_use]
    pub fn generated(&self) -> Option<(&Value, bool)> {
        let expression = self.get("expression")?;
        (self.kind == Kind::Generated).then(|| (expression, self.flag("db_persist", false)))
    }

    /// The name of its column.
    #[must_use]
    pub fn column(&self) -> String {
        match self.text("db_column") {
            Some(column) if !column.is_empty() => column.to_owned(),
            _ if self.kind.is_foreign_key() => format!("{}_id", self.name),
            _ => self.name.clone(),
        }
    }

    /// The comment on its column; an empty one is none.
    #[must_use]
    pub fn comment(&self) -> Option<&str> {
        self.text("db_comment").filter(|text| !text.is_empty())
    }

    /// The default that the database keeps.
    #[must_use]
    pub fn db_default(&self) -> Option<&Value> {
        let value = self.get("db_default")?;
        // NOT_PROVIDED is what a field has that was not given one.
        let unset = matches!(value, Value::Name(path) if path.ends_with("NOT_PROVIDED"));
        (!unset).then_some(value)
    }

    /// The field that a GeneratedField computes, or the elements of an array.
    #[must_use]
    pub fn inner(&self, owner: &ModelKey, facts: &ProjectFacts<'_>) -> Option<Self> {
        let name = match self.kind {
            Kind::Array => "base_field",
            Kind::Generated => "output_field",
            _ => return None,
        };
        let mut inner = Self::read(&self.name, self.get(name)?, owner, facts);
        if inner.span == Span::default() {
            inner.span = self.span;
        }
        Some(inner)
    }

    /// Whether a change from one to the other may change the table, so that Django looks closer.
    ///
    /// Source: `_field_should_be_altered` in `django/db/backends/base/schema.py`; columns and the tables that relations lead to are compared by the caller.
    #[must_use]
    pub fn differs(&self, other: &Self, ignore: &[&str]) -> bool {
        let db = |field: &Self| -> Vec<(String, Value)> {
            let arguments = field.arguments.iter();
            arguments
                .filter(|(name, _)| {
                    let name = name.as_str();
                    !NON_DB.contains(&name) && !ignore.contains(&name) && name != "to"
                })
                .map(|(name, value)| (name.clone(), without_places(value)))
                .collect()
        };
        self.path != other.path || db(self) != db(other)
    }
}

/// Sets arguments to what a class has them be.
fn force(arguments: &mut Vec<(String, Value)>, forced: &[(String, Value)]) {
    for (name, value) in forced {
        arguments.retain(|(known, _)| known != name);
        arguments.push((name.clone(), value.clone()));
    }
}

/// What the class at this path is, where it is not Django's own: the config says it, a table of packages, or the project.
fn described(path: &str, facts: &ProjectFacts<'_>) -> Option<Arc<CustomField>> {
    if let Some(given) = facts.fields.get(path) {
        return Some(Arc::new(given.clone()));
    }
    if let Some(known) = third_party::field(path) {
        return Some(known);
    }
    let own = facts.world.custom_field(path)?;
    // What a project's class derives from may be another package's.
    let Some(base) = third_party::field(&own.base) else {
        return Some(own);
    };
    let mut base = CustomField::clone(&base);
    base.defaults.splice(0..0, own.defaults.iter().cloned());
    base.forced.splice(0..0, own.forced.iter().cloned());
    base.db_type = own.db_type.clone().or(base.db_type);
    base.internal_type = own.internal_type.clone().or(base.internal_type);
    Some(Arc::new(base))
}

/// A value that equals another of the same text elsewhere.
fn without_places(value: &Value) -> Value {
    value.clone().moved(Span::default())
}

/// The model that is meant by a name within `owner`'s app, and its name as written.
pub(super) fn model_named(value: &Value, owner: &ModelKey) -> Option<(ModelKey, String)> {
    let text = match value {
        Value::Str(text) => text.text.as_str(),
        Value::Name(path) if path.starts_with(SETTINGS) => {
            // `settings.SHOP_ORDER_MODEL`, which nobody has set: the app's own, as the package swapper has it.
            let setting = path.strip_prefix(SETTINGS)?.strip_suffix("_MODEL")?;
            let app = format!("{}_", owner.app.to_uppercase());
            let name = setting.strip_prefix(&app)?.replace('_', "");
            let name = name.to_lowercase();
            return Some((ModelKey::new(&owner.app, &name), name));
        }
        Value::Name(path) => {
            // A class: `app.models.Model`.
            let mut parts = path.rsplit('.');
            let name = parts.next()?;
            let app = parts.find(|part| *part != "models")?;
            return Some((ModelKey::new(app, name), name.to_owned()));
        }
        _ => return None,
    };
    if text == "self" {
        return Some((owner.clone(), owner.name.clone()));
    }
    let (app, name) = match text.rsplit_once('.') {
        Some((app, name)) => (app.rsplit('.').next().unwrap_or(app), name),
        None => (owner.app.as_str(), text),
    };
    Some((ModelKey::new(app, name), name.to_owned()))
}
