//! The regression suite's files, cut into statements as the linter cuts them.

use mig_lint::ir::Action;
use mig_lint::source::Span;
use std::path::{Path, PathBuf};

/// One statement as the linter reads it in its file.
pub struct Statement<'t> {
    pub text: &'t str,
    pub action: Action,
}

/// All files with this extension under the folders, in order of their paths; those that are no UTF-8 are left out.
pub fn files(folders: &[PathBuf], extension: &str) -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    for folder in folders {
        collect(folder, extension, &mut paths);
    }
    paths.sort();
    let read = |path: PathBuf| std::fs::read_to_string(&path).ok().map(|text| (path, text));
    paths.into_iter().filter_map(read).collect()
}

fn collect(path: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(path) else {
        found.push(path.to_owned());
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

/// The statements of a file.
pub fn statements(text: &str) -> impl Iterator<Item = Statement<'_>> {
    let parsed = mig_lint::sql::parse(text, &[Span::new(0, text.len())], &[]);
    parsed.statements.into_iter().map(|statement| Statement {
        text: &text[statement.span.start..statement.span.end],
        action: statement.action,
    })
}

/// What the linter makes of one statement's text; several actions where it sees several statements.
pub fn actions(text: &str) -> Vec<Action> {
    let parsed = mig_lint::sql::parse(text, &[Span::new(0, text.len())], &[]);
    parsed
        .statements
        .into_iter()
        .map(|statement| statement.action)
        .collect()
}
