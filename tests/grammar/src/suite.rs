//! The regression suite's files, cut into statements as the linter cuts them.

use mig_lint::ir::Action;
use mig_lint::postgres::Version;
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

/// The statements of a file, each read by itself; one that the linter refuses is of an unknown kind.
pub fn statements(text: &str) -> impl Iterator<Item = Statement<'_>> {
    let spans = mig_lint::sql::split(text).into_iter();
    spans.map(|span| {
        let text = &text[span.start..span.end];
        let action = actions(text).into_iter().next();
        Statement {
            text,
            action: action.unwrap_or(Action::Unknown),
        }
    })
}

/// What the linter makes of one statement's text; several actions where it sees several statements.
pub fn actions(text: &str) -> Vec<Action> {
    let parsed = mig_lint::sql::parse(text, &[Span::new(0, text.len())], &[]);
    // A quote or a parenthesis that is never closed is a problem beside the statement.
    if !parsed.problems.is_empty() {
        return Vec::new();
    }
    parsed
        .statements
        .into_iter()
        .filter(|statement| {
            statement
                .known
                .is_none_or(|known| known.holds(Version::NEWEST))
        })
        .map(|statement| statement.action)
        .collect()
}
