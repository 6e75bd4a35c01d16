//! `proof.toml`: what a server must show for a rule's bad.sql and good.sql.

use super::case::{Behind, Meanwhile, Shows, TableRows};
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
    pub old_code: Vec<String>,
    /// Questions whose answers show what the two do to data and settings.
    pub shows: Vec<Shows>,
    /// What somebody else does meanwhile.
    pub meanwhile: Vec<Meanwhile>,
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
    /// Statements of the old code fail afterwards with one of these SQLSTATEs; with any, where none is given.
    BreaksOldCode(Vec<String>),
    /// The migration itself fails with one of these SQLSTATEs on rows that the table may hold; with the one that the finding says, where none is given.
    Fails(Vec<String>),
    /// Rows, or what they say, are not what they were.
    LosesData,
    /// It leaves the database other than it should be.
    Leaves,
    /// What runs the migration does it, or suffers it, and no server can show it; why that is so.
    Elsewhere(String),
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
    #[serde(default)]
    sqlstate: OneOrMore,
    #[serde(default)]
    old_code: Vec<String>,
    #[serde(default)]
    shows: Vec<Shows>,
    #[serde(default)]
    meanwhile: Vec<Meanwhile>,
    why: Option<String>,
    #[serde(default)]
    setup: String,
    #[serde(default)]
    tables: BTreeMap<String, TableRows>,
    #[serde(default)]
    claims: Vec<Claim>,
}

/// One text, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        Self::More(Vec::new())
    }
}

impl OneOrMore {
    fn list(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::More(list) => list,
        }
    }
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
        let sqlstates = file.sqlstate.list();
        let harm = match file.harm.as_str() {
            "blocks" => Harm::Blocks(kinds()?),
            "queues" => Harm::Queues(file.behind.ok_or_else(|| missing("behind"))?, kinds()?),
            "breaks-old-code" if file.old_code.is_empty() && file.meanwhile.is_empty() => {
                return Err(missing("old_code"));
            }
            "breaks-old-code" if sqlstates.is_empty() => return Err(missing("sqlstate")),
            "breaks-old-code" => Harm::BreaksOldCode(sqlstates.to_vec()),
            "fails" => Harm::Fails(sqlstates.to_vec()),
            "loses-data" | "leaves" if file.shows.is_empty() => return Err(missing("shows")),
            "loses-data" => Harm::LosesData,
            "leaves" => Harm::Leaves,
            "elsewhere" => Harm::Elsewhere(file.why.clone().ok_or_else(|| missing("why"))?),
            other => {
                return Err(DefinitionError(format!(
                    "harm is blocks, queues, breaks-old-code, fails, loses-data, leaves or elsewhere, not {other}"
                )));
            }
        };
        Ok(Self {
            harm,
            setup: file.setup,
            tables: file.tables,
            old_code: file.old_code,
            shows: file.shows,
            meanwhile: file.meanwhile,
            behind: file.behind,
            claims: file.claims,
        })
    }
}
