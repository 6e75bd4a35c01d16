//! `proof.toml`: what a server must show for a rule's bad.sql and good.sql.

use super::case::{Behind, OldStatement, TableRows};
use super::claim::Claim;
use crate::postgres::Access;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is to be shown, and what the tables hold meanwhile.
#[derive(Clone, Debug)]
pub struct Definition {
    pub harm: Harm,
    /// SQL run before the first step, which no step tells of.
    pub setup: String,
    pub tables: BTreeMap<String, TableRows>,
    pub old_code: Vec<OldStatement>,
    /// What is open before each migration comes.
    pub behind: Option<Behind>,
    /// What people say of the two, and whether it is so.
    pub claims: Vec<Claim>,
}

/// The harm that a migration does to others, or comes to itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Harm {
    /// Work that grows with a table is done while probes of these kinds wait.
    Blocks(Vec<Access>),
    /// It is done at once, but behind an open transaction probes of these kinds queue up after it.
    Queues(Behind, Vec<Access>),
    /// Statements of the old code fail afterwards.
    BreaksOldCode,
    /// The migration itself fails with this SQLSTATE on rows that the table may hold.
    Fails(String),
}

/// What is wrong with a `proof.toml`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("proof.toml: {0}")]
pub struct DefinitionError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    harm: String,
    #[serde(default)]
    kinds: Vec<Access>,
    behind: Option<Behind>,
    sqlstate: Option<String>,
    #[serde(default)]
    old_code: Vec<String>,
    #[serde(default)]
    setup: String,
    #[serde(default)]
    tables: BTreeMap<String, TableRows>,
    #[serde(default)]
    claims: Vec<Claim>,
}

impl Definition {
    /// Reads the text of a `proof.toml`.
    pub fn parse(text: &str) -> Result<Self, DefinitionError> {
        let file: File =
            toml::from_str(text).map_err(|error| DefinitionError(error.to_string()))?;
        let missing = |key: &str| DefinitionError(format!("harm = \"{}\" needs {key}", file.harm));
        let kinds = || {
            let some = Some(file.kinds.clone()).filter(|kinds| !kinds.is_empty());
            some.ok_or_else(|| missing("kinds"))
        };
        let sqlstate = || file.sqlstate.clone().ok_or_else(|| missing("sqlstate"));
        let harm = match file.harm.as_str() {
            "blocks" => Harm::Blocks(kinds()?),
            "queues" => Harm::Queues(file.behind.ok_or_else(|| missing("behind"))?, kinds()?),
            "breaks-old-code" if file.old_code.is_empty() => return Err(missing("old_code")),
            "breaks-old-code" => Harm::BreaksOldCode,
            "fails" => Harm::Fails(sqlstate()?),
            other => {
                return Err(DefinitionError(format!(
                    "harm is blocks, queues, breaks-old-code or fails, not {other}"
                )));
            }
        };
        let old_code = match &harm {
            Harm::BreaksOldCode => {
                let sqlstate = sqlstate()?;
                let old = |sql: &String| OldStatement {
                    sql: sql.clone(),
                    sqlstate: sqlstate.clone(),
                };
                file.old_code.iter().map(old).collect()
            }
            _ => Vec::new(),
        };
        Ok(Self {
            harm,
            setup: file.setup,
            tables: file.tables,
            old_code,
            behind: file.behind,
            claims: file.claims,
        })
    }
}
