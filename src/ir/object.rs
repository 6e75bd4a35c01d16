//! Statements about objects that are no relations: types, functions, schemas, publications.

use super::{Name, ObjectKind};
use serde::Serialize;

/// An object that is made or altered without touching a relation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CreateObject {
    pub kind: ObjectKind,
    pub name: Option<Name>,
    /// ALTER rather than CREATE.
    pub alter: bool,
    pub if_not_exists: bool,
    pub or_replace: bool,
    /// What the statement is called, for example `create-function`.
    pub label: String,
}

/// RENAME TO and SET SCHEMA of an object that is no relation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RenameObject {
    pub kind: ObjectKind,
    pub name: Name,
    /// What it is called, and where it lies, from then on.
    pub to: Name,
    /// What the statement is called, for example `alter-type`.
    pub label: String,
}

/// CREATE or ALTER PUBLICATION, with the tables that it names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Publication {
    pub name: String,
    pub tables: Vec<Name>,
    /// TABLES IN SCHEMA; empty is the first of the search path.
    pub schemas: Vec<String>,
    pub all_tables: bool,
    pub change: PublicationChange,
    /// `publish`: whether UPDATE and DELETE are published, where it is said.
    pub publishes_changes: Option<bool>,
}

/// What becomes of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublicationChange {
    Create,
    Add,
    /// What was published before is not any more.
    Set,
    Drop,
    /// Its options, its name or its owner.
    Property,
}
