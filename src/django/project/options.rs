//! What can be said of a project without its files.

use crate::django::value::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What the config says of a project; what it leaves open is read from the project's files.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Django's version, major and minor.
    pub version: Option<(u8, u8)>,
    /// The settings file.
    pub settings: Option<PathBuf>,
    pub auth_user_model: Option<String>,
    pub default_auto_field: Option<String>,
    pub time_zone: Option<String>,
    /// The database that migrations run on, by its name in `DATABASES`.
    pub database: Option<String>,
    /// The labels of apps, by their folders.
    pub labels: BTreeMap<PathBuf, String>,
    /// Folders that hold installed packages, or virtual environments: the migrations of installed apps are read from there.
    pub site_packages: Vec<PathBuf>,
    /// Where `site_packages` names none, virtual environments beside the project are looked for.
    pub finds_environments: bool,
    /// Field classes, by their dotted paths: the class of Django's that they are, and its arguments.
    pub fields: BTreeMap<String, FieldOption>,
}

/// What the config says of a field class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldOption {
    /// A class of `django.db.models`.
    pub base: String,
    /// Arguments that it has: strings, whole numbers, truth values.
    pub arguments: BTreeMap<String, Value>,
}
