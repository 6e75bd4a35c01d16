//! What is asked of the front ends.

use crate::django::facts::View;
use crate::django::project::Options;
use crate::source::{self, SourceFile};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is to be read.
#[derive(Debug)]
pub struct Request<'a> {
    pub source: source::Request,
    /// Read instead of the paths: a name to show, and the SQL.
    pub text: Option<(&'a Path, &'a str)>,
    /// The name of the last migration that is deployed everywhere: it and those before it are context.
    pub start_after: Option<&'a str>,
    /// What the config says of Django projects.
    pub django: &'a Options,
    pub view: View,
    /// Dumps of the schema from before the first migration, each with the folder of the histories that begin with it.
    pub base_schemas: &'a [(PathBuf, Arc<SourceFile>)],
}
