//! The walk in `docs/architecture.md` leads through functions that are there.

use super::ROOT;
use std::fs;
use std::path::Path;

/// The pairs of "`function` in `file`" in a text.
fn steps(text: &str) -> Vec<(&str, &str)> {
    let pieces: Vec<&str> = text.split('`').collect();
    let triples = pieces.windows(3).filter(|it| it[1] == " in ");
    triples.map(|it| (it[0], it[2])).collect()
}

#[test]
fn the_walk_names_functions_that_are_there() {
    let text = fs::read_to_string(Path::new(ROOT).join("docs/architecture.md"))
        .expect("docs/architecture.md can be read");
    let walk = text.split("\n## ").find(|part| part.starts_with("A walk"));
    let steps = steps(walk.expect("there is a walk"));
    assert!(steps.len() > 15, "{steps:?}");
    let is_missing = |(function, file): &&(&str, &str)| {
        let folder = if file.starts_with("rules/") {
            ""
        } else {
            "src"
        };
        let path = Path::new(ROOT).join(folder).join(file);
        let code = fs::read_to_string(path).unwrap_or_default();
        !code.contains(&format!("fn {function}("))
    };
    let missing: Vec<_> = steps.iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
