//! Every module imports only from the layers above its own, as `docs/architecture.md` lists them; and no files import each other in a circle.

#[path = "layers/circles.rs"]
mod circles;
mod common;
#[path = "layers/imports.rs"]
mod imports;
#[path = "layers/walk.rs"]
mod walk;

use common::Failures;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The rows of the layer table: `| 5 | `schema`, `sizes` | ... |`.
fn layers() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(Path::new(ROOT).join("docs/architecture.md"))
        .expect("docs/architecture.md can be read");
    let mut layers = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, number, modules, ..] = cells.as_slice() else {
            continue;
        };
        let Ok(number) = number.parse::<usize>() else {
            continue;
        };
        for module in modules.split(',') {
            let name = module.trim().trim_matches('`').trim_end_matches("/*");
            layers.insert(name.to_owned(), number);
        }
    }
    layers
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a source folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The module path of a file below `src/` or `rules/`, the crate's root being empty.
fn module_path(file: &Path) -> Vec<String> {
    let crate_root = Path::new(ROOT);
    let source = crate_root.join("src");
    let in_source = file.starts_with(&source);
    module_below(if in_source { &source } else { crate_root }, file)
}

/// The module path of a file below the folder where its crate's root stands.
fn module_below(root: &Path, file: &Path) -> Vec<String> {
    let relative = file.strip_prefix(root).expect("inside the crate");
    let mut parts: Vec<String> = relative
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib")) {
        parts.pop();
    }
    parts
}

/// The top-level modules that one line of code names by path.
fn targets(own: &[String], line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for root in ["crate::", "mig_lint::"] {
        for (at, _) in line.match_indices(root) {
            let before = line[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_') {
                found.extend(names(&line[at + root.len()..]));
            }
        }
    }
    let mut rest = line;
    while let Some(at) = rest.find("super::") {
        let mut tail = &rest[at..];
        let mut base = own.to_vec();
        while let Some(more) = tail.strip_prefix("super::") {
            base.pop();
            tail = more;
        }
        found.extend(if base.is_empty() {
            names(tail)
        } else {
            vec![base[0].clone()]
        });
        rest = tail;
    }
    found
}

/// The first names of a path or of a brace list.
fn names(path: &str) -> Vec<String> {
    let list = path.strip_prefix('{').map_or(path, |inner| inner);
    let grouped = path.starts_with('{');
    let pieces = if grouped {
        list.split(',').collect()
    } else {
        vec![list]
    };
    pieces
        .into_iter()
        .map(|piece| {
            let piece = piece.trim_start();
            let end = piece
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(piece.len());
            piece[..end].to_owned()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

/// What stands in the lines of code of every source file: its place, its module path, and the line without its comment.
fn lines() -> Vec<(String, Vec<String>, String)> {
    let mut files = Vec::new();
    rust_files(&Path::new(ROOT).join("src"), &mut files);
    rust_files(&Path::new(ROOT).join("rules"), &mut files);
    let mut lines = Vec::new();
    for file in files {
        let own = module_path(&file);
        let text = fs::read_to_string(&file).expect("a source file can be read");
        let shown = file.strip_prefix(ROOT).expect("inside the crate").display();
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let place = format!("{shown}:{}", number + 1);
            lines.push((place, own.clone(), code.to_owned()));
        }
    }
    lines
}

#[test]
fn modules_import_only_from_above() {
    let layers = layers();
    let mut wrong = Vec::new();
    for (place, own, code) in lines() {
        // The crate's root only lists its modules.
        let Some(module) = own.first() else { continue };
        let Some(&layer) = layers.get(module) else {
            wrong.push(format!("{place}: {module} is in no row of the layer table"));
            continue;
        };
        for target in targets(&own, &code) {
            let same = target == *module;
            let above = layers.get(&target).is_some_and(|above| *above < layer);
            let known = layers.contains_key(&target);
            // Rules never import each other.
            let sibling = same && module == "rules" && code.contains("crate::rules::");
            if known && (!same && !above || sibling) {
                wrong.push(format!("{place}: {module} imports {target}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn front_ends_know_nothing_of_each_other_and_the_engine_nothing_of_them() {
    let forbidden = |own: &[String], code: &str| match own {
        [frontend, own, ..] if frontend == "frontend" => match own.as_str() {
            "scripts" => code.contains("django"),
            _ => code.contains("scripts") || code.contains("sql::"),
        },
        [engine, ..] if engine == "engine" => {
            code.contains("django::") || code.contains("sql::parse") || code.contains("discover(")
        }
        _ => false,
    };
    let lines = lines().into_iter();
    let wrong: Vec<String> = lines
        .filter(|(_, own, code)| forbidden(own, code))
        .map(|(place, _, code)| format!("{place}: {code}"))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

/// The crates that only the features bring.
fn optional_crates() -> Vec<String> {
    let manifest = fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).expect("it can be read");
    let manifest: toml::Table = manifest.parse().expect("it is TOML");
    let features = manifest["features"].as_table().expect("features").values();
    let enabled = features.filter_map(toml::Value::as_array).flatten();
    let crates = enabled.filter_map(|feature| feature.as_str()?.strip_prefix("dep:"));
    crates.map(|name| name.replace('-', "_")).collect()
}

/// So that it builds without features, and prints nothing: `cargo build --lib --no-default-features`.
#[test]
fn the_library_stands_without_prove_and_cli() {
    let (layers, optional) = (layers(), optional_crates());
    assert!(
        optional.contains(&"mig_lint_demo_db".to_owned()),
        "{optional:?}"
    );
    let mut wrong = Vec::new();
    for (place, own, code) in lines() {
        let Some(layer) = own.first().and_then(|module| layers.get(module)) else {
            continue;
        };
        let names = |name: &String| code.contains(&format!("{name}::"));
        let is_library = *layer < layers["prove"] && !code.contains("cfg_attr(feature");
        if is_library && optional.iter().any(names) {
            wrong.push(format!("{place}: {code}"));
        }
        let prints = ["stdout()", "stderr()"].iter().any(|it| code.contains(it));
        if *layer < layers["commands"] && prints {
            wrong.push(format!("{place}: {code}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_wrong_import_would_be_seen() {
    let own = |path: &str| module_path(&Path::new(ROOT).join(path));
    assert_eq!(
        targets(&own("src/sql/split.rs"), "use crate::effects::Work;"),
        ["effects"]
    );
    assert_eq!(
        targets(&own("src/finding.rs"), "use super::effects::Work;"),
        ["effects"]
    );
    assert_eq!(
        targets(&own("src/sql/a/b.rs"), "use super::super::x;"),
        ["sql"]
    );
    assert_eq!(
        targets(
            &own("rules/drop_column/mod.rs"),
            "use crate::{ir::X, rule::Y};"
        ),
        ["ir", "rule"]
    );
}

#[test]
fn no_rule_asks_which_front_end_it_is_in() {
    let mut files = Vec::new();
    rust_files(&Path::new(ROOT).join("rules"), &mut files);
    let mut asking = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a rule can be read");
        let asks = |line: &&str| {
            ["framework", "is_django"]
                .iter()
                .any(|it| line.to_lowercase().contains(it))
        };
        asking.extend(
            text.lines()
                .filter(asks)
                .map(|line| format!("{}: {line}", file.display())),
        );
    }
    assert_eq!(asking, Vec::<String>::new());
}

#[test]
fn a_test_tells_of_all_that_fails() {
    let told = std::panic::catch_unwind(|| {
        Failures::collect(|failures| {
            failures.equal("a.sql:1", &1, &2);
            failures.equal("a.sql:2", &1, &1);
            failures.check(false, "b.sql:3", "a lock", "none");
        });
    });
    let text = told.expect_err("two of three fail");
    let text = text.downcast::<String>().expect("a text");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert_eq!(lines[0], "2 failures");
    assert!(
        lines[1].starts_with("a.sql:1: expected 1, found 2 (tests/"),
        "{text}"
    );
    assert!(
        lines[2].starts_with("b.sql:3: expected a lock, found none (tests/"),
        "{text}"
    );
}
