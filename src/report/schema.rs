//! JSON Schemas of what is read and written, made of the very types.

use super::document::document;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

/// What there is a schema of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Described {
    /// mig-lint.toml
    Config,
    /// check --output-format json
    Check,
    /// locks --output-format json
    Locks,
    /// sql --output-format json
    Sql,
    /// checklist --output-format json
    Checklist,
    /// prove --output-format json
    #[cfg(feature = "prove")]
    Prove,
}

/// The schema, as JSON.
#[must_use]
pub fn schema(of: Described) -> String {
    let (name, schema) = match of {
        Described::Config => ("config", schemars::schema_for!(crate::config::ConfigFile)),
        Described::Check => ("check", written::<super::json::Document<'static>>()),
        Described::Locks => ("locks", written::<super::locks_json::Document<'static>>()),
        Described::Sql => ("sql", written::<super::sql::Document<'static>>()),
        Described::Checklist => (
            "checklist",
            written::<super::checklist::Document<'static>>(),
        ),
        #[cfg(feature = "prove")]
        Described::Prove => ("prove", written::<crate::prove::Proof>()),
    };
    let mut schema = schema;
    let repository = env!("CARGO_PKG_REPOSITORY");
    let id = format!("{repository}/raw/main/docs/schema/{name}.json");
    schema.insert("$id".to_owned(), id.into());
    schema.insert("title".to_owned(), format!("mig-lint {name}").into());
    document(&schema)
}

/// The schema of what is written: what is left out of it sometimes is not required.
fn written<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>()
}
