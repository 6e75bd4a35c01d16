//! The schema from before the first migration: a dump, which every history begins with.

use crate::frontend::{History, Request};
use crate::ir::Migration;
use crate::source::{Framework, SourceFile, Span, TransactionMode, tidy};
use crate::sql;
use std::path::Path;
use std::sync::Arc;

/// Puts the dump that the config names for it before each history.
pub(in crate::frontend) fn lay(histories: &mut [History], request: &Request<'_>) {
    for history in histories {
        if let Some(file) = of(request, &history.root) {
            history.begin_with(migration(file).into());
        }
    }
}

/// The dump of the nearest `[[history]]` that names one, else that of all.
fn of<'a>(request: &Request<'a>, root: &Path) -> Option<&'a Arc<SourceFile>> {
    let own = request.base_schemas.iter();
    let root = tidy(root);
    let own = own.filter(|(folder, _)| root.starts_with(folder));
    let nearest = own.max_by_key(|(folder, _)| folder.components().count());
    nearest.map(|(_, file)| file)
}

fn migration(file: &Arc<SourceFile>) -> Migration {
    let parts = sql_of_dump(file.text());
    let parsed = sql::parse(file.text(), &parts, &[]);
    Migration {
        file: file.clone(),
        name: file.path().display().to_string(),
        framework: Framework::Plain,
        transaction: TransactionMode::PerStatement,
        is_transaction_known: true,
        parts,
        statements: parsed.statements,
        problems: parsed.problems,
        reported: false,
    }
}

/// What stands between the lines that are meant for psql: `\restrict`, `\connect`. Inside a statement a backslash is SQL.
///
/// Source: PostgreSQL documentation, "psql", Meta-Commands.
fn sql_of_dump(text: &str) -> Vec<Span> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    let mut between = true;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if between && line.starts_with('\\') {
            parts.push(Span::new(start, at));
            start = end;
        }
        let said = line.trim_end();
        if !said.is_empty() && !said.starts_with("--") && !said.starts_with('\\') {
            between = said.ends_with(';');
        }
        at = end;
    }
    parts.push(Span::new(start, text.len()));
    parts.retain(|part| part.start < part.end);
    parts
}

#[cfg(test)]
mod tests {
    use super::sql_of_dump;

    #[test]
    fn lines_for_psql_are_left_out() {
        let text = "\\restrict abc\n-- dump\nSET x = 1;\n\n\\connect app\nCREATE FUNCTION f() AS '\n\\d\n';\n\\unrestrict abc\n";
        let parts = sql_of_dump(text);
        let left: Vec<&str> = parts
            .iter()
            .map(|part| &text[part.start..part.end])
            .collect();
        let function = "CREATE FUNCTION f() AS '\n\\d\n';\n";
        assert_eq!(left, ["-- dump\nSET x = 1;\n\n", function]);
    }
}
