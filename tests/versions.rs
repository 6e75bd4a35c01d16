//! What differs between versions of PostgreSQL stands in one table, `src/postgres/changes.rs`; nothing else compares versions.

use std::path::Path;

fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn versions_are_compared_in_one_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    sources(&root.join("rules"), &mut files);
    assert!(files.len() > 100, "the sources are there");
    let mut wrong = Vec::new();
    for file in files {
        // The table itself, and the method that it asks.
        let home = file.parent().is_some_and(|at| at.ends_with("src/postgres"));
        if home {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file");
        for (at, line) in text.lines().enumerate() {
            let asks = line.contains(".at_least(") && line.contains(|c: char| c.is_ascii_digit());
            let compares = line.contains("major() >") || line.contains("major() <");
            if asks || compares {
                wrong.push(format!("{}:{}: {}", file.display(), at + 1, line.trim()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "ask Version::has(Change::...) instead:\n{}",
        wrong.join("\n")
    );
}
