//! What a model is called.

use std::fmt;

/// A model's name within the project; model names are compared without case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelKey {
    /// The app's label.
    pub app: String,
    /// In lower case.
    pub name: String,
}

impl ModelKey {
    #[must_use]
    pub fn new(app: &str, name: &str) -> Self {
        Self {
            app: app.to_owned(),
            name: name.to_lowercase(),
        }
    }
}

impl fmt::Display for ModelKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.app, self.name)
    }
}
