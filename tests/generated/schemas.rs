//! The JSON Schemas that are checked in are those of the types, and hold what the program really reads and writes.

use super::common::Failures;
use super::{hold, root};
use mig_lint::report::{Described, schema};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

const ALL: [(&str, Described); 6] = [
    ("config", Described::Config),
    ("check", Described::Check),
    ("locks", Described::Locks),
    ("sql", Described::Sql),
    ("checklist", Described::Checklist),
    ("prove", Described::Prove),
];

#[test]
fn the_schemas_have_their_files() {
    Failures::collect(|failures| {
        for (name, of) in ALL {
            let path = root().join(format!("docs/schema/{name}.json"));
            hold(&path, &schema(of), failures);
        }
    });
}

/// The schema with every object closed: a key that it does not name fails.
fn strict(of: Described) -> Value {
    fn close(value: &mut Value) {
        match value {
            Value::Object(map) => {
                let is_map = map.contains_key("additionalProperties");
                if map.contains_key("properties") && !is_map {
                    map.insert("additionalProperties".to_owned(), json!(false));
                }
                map.values_mut().for_each(close);
            }
            Value::Array(list) => list.iter_mut().for_each(close),
            _ => {}
        }
    }
    let mut schema = serde_json::from_str(&schema(of)).expect("JSON");
    close(&mut schema);
    schema
}

fn faults(of: Described, document: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(&strict(of)).expect("a schema");
    let errors = validator.iter_errors(document);
    let told = errors.map(|error| format!("{}: {error}", error.instance_path()));
    told.take(3).collect()
}

#[test]
fn what_is_written_keeps_to_its_schema() {
    let runs: [(&str, Described); 4] = [
        ("check", Described::Check),
        ("locks", Described::Locks),
        ("sql", Described::Sql),
        ("checklist", Described::Checklist),
    ];
    let folders = fs::read_dir(root().join("fixtures")).expect("there are fixtures");
    let mut folders: Vec<_> = folders.flatten().map(|entry| entry.path()).collect();
    folders.retain(|path| path.is_dir());
    assert!(folders.len() > 10);
    Failures::collect(|failures| {
        for folder in folders {
            for (command, of) in runs {
                let output = Command::new(env!("CARGO_BIN_EXE_mig-lint"))
                    .args([command, "--output-format", "json"])
                    .arg(&folder)
                    .output()
                    .expect("mig-lint runs");
                // Where no migration is found there is no document.
                let Ok(document) = serde_json::from_slice(&output.stdout) else {
                    continue;
                };
                let name = format!("{command} {}", folder.display());
                failures.equal(name, &Vec::<String>::new(), &faults(of, &document));
            }
        }
    });
}

#[test]
fn a_config_that_is_read_keeps_to_its_schema_and_others_do_not() {
    let value = |text: &str| -> Value {
        let table: toml::Table = toml::from_str(text).expect("TOML");
        serde_json::to_value(table).expect("JSON")
    };
    let whole = "pg-version = 16\npaths = [\"m\"]\nexclude = [\"x/**\"]\ntransaction = \"auto\"\nfail-on = \"error\"\nstart-after = \"0042\"\nbase-schema = \"s.sql\"\nbaseline = \"b.json\"\n[session]\nlock_timeout = \"2s\"\n[[history]]\npath = \"db\"\nframework = \"goose\"\norder = \"numeric\"\npg-version = 15\n[rules]\ndrop-column = \"warning\"\ndata = \"off\"\n[tables]\n\"orders\" = { rows = \"10M\", bytes = 7, hot = true }\n[sizes]\nsmall-rows = 10_000\nlarge-rows = \"100k\"\nfile = \"x.toml\"\n[limits]\nlock-seconds = { warning = 0.5, error = 5 }\n[profile]\nscan = { rows = \"20M\", bytes = \"1GB\" }\nbtree = \"2M\"\n[[overrides]]\npath = \"legacy/**\"\nrules = { failure = \"warning\" }\n[[overrides]]\npath = [\"a\", \"b\"]\nrules = { failure = \"off\" }\n[django]\nversion = \"5.2\"\nauth-user-model = \"a.User\"\n[django.labels]\n\"src/shop\" = \"shop\"\n[django.fields]\n\"a.F\" = { base = \"DecimalField\", max_digits = 12 }\n";
    let wrong = [
        "pg-verson = 16\n",
        "transaction = \"sometimes\"\n",
        "[rules]\ndrop-column = \"loud\"\n",
        "[tables]\norders = { row = 5 }\n",
        "[[history]]\nframework = \"goose\"\n",
    ];
    Failures::collect(|failures| {
        failures.equal(
            "a whole config",
            &Vec::<String>::new(),
            &faults(Described::Config, &value(whole)),
        );
        let empty: Vec<String> = faults(Described::Config, &json!({}));
        failures.equal("an empty config", &Vec::<String>::new(), &empty);
        for text in wrong {
            let found = faults(Described::Config, &value(text));
            failures.check(!found.is_empty(), text, "a fault", "none");
        }
    });
}
