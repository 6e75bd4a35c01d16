//! Forms of `tests/data/locks`: what servers of all versions show of them, written as lines of `observed.json`.

use crate::observed::{Bench, Observation};
use crate::run::servers;
use mig_lint::postgres::{Access, LockMode, Version};
use mig_lint_demo_db::Error;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

/// What is filled in before the set-up of every form.
#[derive(Deserialize)]
struct World {
    schema: String,
    rows: String,
}

/// A form, with what was seen of it once it has run.
#[derive(Serialize, Deserialize)]
struct Form {
    form: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    setup: Vec<String>,
    sql: Vec<String>,
    #[serde(default)]
    in_transaction: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    excuses: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    small: BTreeSet<String>,
    #[serde(default)]
    results: Vec<Behaviour>,
}

/// Versions that behaved alike.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
struct Behaviour {
    versions: Vec<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    locks: BTreeMap<String, LockMode>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    indexes: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    rewrites: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    rebuilds: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    builds: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    scans: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    writes: BTreeMap<String, BTreeMap<String, i64>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    waits: BTreeMap<String, BTreeSet<String>>,
}

/// Of a table with fewer rows no scan is told.
const FEW: i64 = 1000;

/// Runs the forms of a file, one a line, on all versions, and prints them with what was seen. `observed`: the path of `observed.json`, whose schema and rows come
/// first.
pub(crate) fn record(forms: &str, observed: &str) -> Result<(), Error> {
    let world: World = read(observed)?;
    let text = std::fs::read_to_string(forms).map_err(|error| Error::Io {
        action: "read",
        path: forms.into(),
        source: error,
    })?;
    let versions: Vec<Version> = Version::all().collect();
    let servers = servers(&versions)?;
    for line in text.lines().filter(|line| line.starts_with('{')) {
        let mut form: Form = parsed(line)?;
        form.in_transaction = true;
        form.results.clear();
        for (version, server) in &servers {
            let mut setup = vec![world.schema.clone(), world.rows.clone()];
            setup.extend(form.setup.iter().cloned());
            setup.push("VACUUM ANALYZE".to_owned());
            let mut bench = Bench::new(server, &setup)?;
            let behaviour = if bench.setup.len() < setup.len() {
                Behaviour {
                    error: Some("setup: refused".to_owned()),
                    ..Behaviour::default()
                }
            } else {
                let own = |name: &&String| !world.schema.contains(&format!("TABLE {name}"));
                let few = bench.rows.iter().filter(|(_, rows)| **rows < FEW);
                form.small
                    .extend(few.map(|(name, _)| name).filter(own).cloned());
                behaviour(&bench.observe(&form.sql, true)?, &form.small)
            };
            let alike = form.results.iter_mut().find(|known| {
                Behaviour {
                    versions: Vec::new(),
                    ..(*known).clone()
                } == behaviour
            });
            match alike {
                Some(known) => known.versions.push(version.major()),
                None => form.results.push(Behaviour {
                    versions: vec![version.major()],
                    ..behaviour
                }),
            }
        }
        let line = serde_json::to_string(&form).unwrap_or_default();
        // Whoever closed the pipe wants no more.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }
    Ok(())
}

fn behaviour(seen: &Observation, small: &BTreeSet<String>) -> Behaviour {
    if let Some(error) = &seen.error {
        let error = error.split(" (SQLSTATE").next().unwrap_or(error).to_owned();
        return Behaviour {
            error: Some(error),
            ..Behaviour::default()
        };
    }
    let weak = |name: &String, lock: LockMode| {
        seen.indexes.contains(name) && lock < LockMode::ShareUpdateExclusive
    };
    let locks: BTreeMap<String, LockMode> = seen
        .locks
        .iter()
        .filter(|(name, lock)| !weak(name, **lock))
        .map(|(name, lock)| (name.clone(), *lock))
        .collect();
    let told = |name: &String, kinds: &BTreeSet<Access>| {
        let sole = kinds.len() == 1 && kinds.contains(&Access::CreateIndexConcurrently);
        !kinds.is_empty() && (!sole || locks.contains_key(name) || name == "t" || name == "p")
    };
    let waits = seen.waits.iter().filter(|(name, kinds)| told(name, kinds));
    let spelled = |kinds: &BTreeSet<Access>| {
        if kinds.len() == Access::ALL.len() {
            return BTreeSet::from(["all".to_owned()]);
        }
        kinds.iter().map(|kind| word(*kind)).collect()
    };
    Behaviour {
        indexes: locks
            .keys()
            .filter(|name| seen.indexes.contains(*name))
            .cloned()
            .collect(),
        waits: waits
            .map(|(name, kinds)| (name.clone(), spelled(kinds)))
            .collect(),
        locks,
        rewrites: seen.rewrites.clone(),
        rebuilds: seen.rebuilds.clone(),
        builds: seen.builds.clone(),
        scans: seen.scans.difference(small).cloned().collect(),
        writes: seen.written.clone(),
        ..Behaviour::default()
    }
}

fn word(kind: Access) -> String {
    let value = serde_json::to_value(kind).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn read<T: serde::de::DeserializeOwned>(path: &str) -> Result<T, Error> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::Io {
        action: "read",
        path: path.into(),
        source: error,
    })?;
    parsed(&text)
}

fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Io {
        action: "parse",
        path: text.chars().take(80).collect::<String>().into(),
        source: error.into(),
    })
}
