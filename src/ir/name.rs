//! Names of relations and types, folded as PostgreSQL folds them.

use serde::Serialize;
use std::fmt;

/// A name that may carry its schema. Both parts are as the catalog stores them: unquoted words in lower case, quoted ones as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Name {
    pub schema: Option<String>,
    pub name: String,
}

impl Name {
    /// The name without a schema.
    #[must_use]
    pub fn bare(name: impl Into<String>) -> Self {
        Self {
            schema: None,
            name: name.into(),
        }
    }
}

impl Name {
    /// A name as `regclass` reads it from a string, with or without the quotes of the string.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let text = text.trim_matches('\'');
        let bare = |part: &str| match part.strip_prefix('"') {
            Some(quoted) => quoted.trim_end_matches('"').to_owned(),
            None => part.to_ascii_lowercase(),
        };
        match text.split_once('.') {
            Some((schema, name)) => Self {
                schema: Some(bare(schema)),
                name: bare(name),
            },
            None => Self::bare(bare(text)),
        }
    }
}

impl Name {
    /// Whether it is a system catalog or view, which no migration changes.
    #[must_use]
    pub fn is_system(&self) -> bool {
        match self.schema.as_deref() {
            Some(schema) => matches!(schema, "pg_catalog" | "information_schema"),
            None => self.name.starts_with("pg_"),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A data type as written in a statement, with its name as `pg_type.typname` has it (`int4`, `varchar`, `timestamptz`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct TypeName {
    pub name: Name,
    /// What stands in parentheses behind the name: `["10", "2"]` for `numeric(10, 2)`.
    pub modifiers: Vec<String>,
    /// Whether it is an array of that type, of any dimension.
    pub array: bool,
}

impl TypeName {
    /// The built-in type `name` without modifiers.
    #[must_use]
    pub fn simple(name: impl Into<String>) -> Self {
        Self {
            name: Name::bare(name),
            modifiers: Vec::new(),
            array: false,
        }
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name.schema {
            Some(_) => write!(f, "{}", self.name)?,
            None => f.write_str(crate::postgres::types::display_name(&self.name.name))?,
        }
        if !self.modifiers.is_empty() {
            write!(f, "({})", self.modifiers.join(","))?;
        }
        if self.array {
            f.write_str("[]")?;
        }
        Ok(())
    }
}
