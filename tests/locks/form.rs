//! The observed forms, as tests/data/locks holds them.

use mig_lint::postgres::{Access, LockMode};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// A partition without rows that no probe looked at.
pub(crate) const UNPROBED: &str = "pt_2";

#[derive(Deserialize)]
pub(crate) struct Observed {
    pub(crate) schema: String,
    /// What forms of one kind set up first, by the name of that kind.
    #[serde(default)]
    pub(crate) bases: BTreeMap<String, Vec<String>>,
    /// Why prediction and observation may differ, in words; each form names those that it needs.
    pub(crate) excuses: BTreeMap<Excuse, String>,
    pub(crate) forms: Vec<Form>,
}

/// What the measurement could not show, or showed more closely than anything is predicted: `observed.json` says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Excuse {
    Emptied,
    ByCondition,
    ByIndex,
    NoConcurrentIndex,
    SomeRows,
    Numbered,
    RowByRow,
    Routed,
    Unreferenced,
}

#[derive(Deserialize)]
pub(crate) struct Form {
    pub(crate) form: String,
    pub(crate) base: Option<String>,
    #[serde(default)]
    pub(crate) setup: Vec<String>,
    #[serde(default)]
    pub(crate) session: Vec<String>,
    /// A statement that gave up in its middle, after the setup.
    #[serde(default)]
    pub(crate) interrupted: Option<String>,
    #[serde(default)]
    pub(crate) held_by: Vec<String>,
    /// Tables with so few rows that no scan of them shows.
    #[serde(default)]
    pub(crate) small: BTreeSet<String>,
    pub(crate) sql: Vec<String>,
    pub(crate) in_transaction: bool,
    #[serde(default)]
    pub(crate) excuses: BTreeSet<Excuse>,
    /// The one row of a table that the last statement reaches, by its `id`.
    #[serde(default)]
    pub(crate) row: BTreeMap<String, u32>,
    pub(crate) results: Vec<Behaviour>,
}

#[derive(Deserialize)]
pub(crate) struct Behaviour {
    pub(crate) versions: Vec<u8>,
    #[serde(default)]
    pub(crate) error: Option<String>,
    #[serde(default)]
    pub(crate) locks: BTreeMap<String, LockMode>,
    #[serde(default)]
    pub(crate) indexes: BTreeSet<String>,
    #[serde(default)]
    pub(crate) rewrites: BTreeSet<String>,
    #[serde(default)]
    pub(crate) rebuilds: BTreeSet<String>,
    /// Absent: none; null: not measured.
    #[serde(default = "none_seen")]
    pub(crate) scans: Option<BTreeSet<String>>,
    #[serde(default = "none_seen")]
    pub(crate) waits: Option<BTreeMap<String, BTreeSet<String>>>,
}

#[allow(clippy::unnecessary_wraps, reason = "None is read, not made")]
fn none_seen<T: Default>() -> Option<T> {
    Some(T::default())
}

/// `all` stands for every kind.
pub(crate) fn spelled_out(kinds: &BTreeSet<String>) -> BTreeSet<String> {
    if kinds.contains("all") {
        Access::ALL.into_iter().map(name_of).collect()
    } else {
        kinds.clone()
    }
}

pub(crate) fn name_of(access: Access) -> String {
    let name = serde_json::to_value(access).expect("a name");
    name.as_str().unwrap_or_default().to_owned()
}

const TEXT: &str = include_str!("../data/locks/observed.json");

pub(crate) fn observed() -> Observed {
    serde_json::from_str(TEXT).expect("observed.json is whole")
}

/// Where each form stands; a line holds one.
pub(crate) fn places() -> Vec<String> {
    let lines = TEXT.lines().enumerate();
    let forms = lines.filter(|(_, line)| line.starts_with("{\"form\":"));
    let place = |at: usize| format!("tests/data/locks/observed.json:{}", at + 1);
    forms.map(|(at, _)| place(at)).collect()
}
