//! How each runner wants a new migration, and how it is told to run one outside a transaction.

use super::draft::Draft;
use super::lines::{Ending, is_marked};
use super::pending::Pending;
use super::{liquibase, sqitch};
use crate::finding::NewFile;
use crate::ir::Migration;
use crate::source::{Framework, Outside, Span};
use std::path::{Path, PathBuf};

/// What a way back says that has nothing to do.
const NOTHING: &str = "-- nothing to take back here: the migration before takes back all of it\n";

/// Why a runner gets no new migrations.
pub(super) const fn refuses_files(framework: Framework) -> Option<&'static str> {
    match framework {
        Framework::Drizzle | Framework::NodePgMigrate => Some(
            "its runner makes one transaction of all that is pending: what would follow helps only in a later deploy",
        ),
        Framework::GraphileMigrate => Some(
            "one migration is worked on at a time: what would follow is written once this one is committed",
        ),
        _ => None,
    }
}

/// What a person has to do once a file of this runner's has changed.
pub(super) const fn afterwards(framework: Framework) -> Option<&'static str> {
    match framework {
        Framework::GraphileMigrate => {
            Some("the hash at the head of a committed migration has to be made anew")
        }
        _ => None,
    }
}

/// The files of a new migration: what runs, what takes it back, and what tells the runner that nothing is to wrap it.
///
/// `model` is a migration of the same history, whose habits the new one has.
pub(super) fn files(
    pending: &Pending,
    model: &Migration,
    path: &Path,
    draft: &Draft,
) -> Result<Vec<NewFile>, &'static str> {
    let Draft {
        sql, is_outside, ..
    } = draft;
    let is_outside = *is_outside;
    let framework = model.framework;
    let head = head(framework, is_outside)?;
    let ending = Ending::of(model.file.text());
    let has_down = |word: &str| is_marked(model.file.text(), word);
    if framework == Framework::Sqitch {
        return Ok(sqitch::files(pending, model.file.path(), path, draft));
    }
    let mut files = Vec::new();
    let text = match framework {
        Framework::Goose => {
            let down = if has_down("+goose Down") {
                format!("\n-- +goose Down\n{NOTHING}")
            } else {
                String::new()
            };
            format!("{head}-- +goose Up\n{sql}{down}")
        }
        Framework::Dbmate => {
            let option = if is_outside { " transaction:false" } else { "" };
            let down = if has_down("migrate:down") {
                format!("\n-- migrate:down{option}\n{NOTHING}")
            } else {
                String::new()
            };
            format!("-- migrate:up{option}\n{sql}{down}")
        }
        _ => format!("{head}{sql}"),
    };
    files.push(NewFile {
        path: path.to_owned(),
        text,
        is_migration: true,
    });
    if let Some(down) = twin(pending, model.file.path(), path) {
        files.push(NewFile {
            path: down,
            text: NOTHING.to_owned(),
            is_migration: false,
        });
    }
    files.extend(beside(framework, path).filter(|_| is_outside));
    for file in &mut files {
        file.text = ending.of_text(&file.text);
    }
    Ok(files)
}

/// What a file begins with, whose runner is told by its text.
fn head(framework: Framework, is_outside: bool) -> Result<String, &'static str> {
    if !is_outside {
        return Ok(String::new());
    }
    match (framework, framework.outside_transaction()) {
        (Framework::Diesel | Framework::Flyway | Framework::Dbmate, _) | (_, Outside::Alone) => {
            Ok(String::new())
        }
        (_, Outside::Head(head)) => Ok(format!("{head}\n")),
        (_, Outside::Ended(_)) => Err("all that is pending is one transaction"),
        (_, Outside::ByHand(how)) => Err(how),
    }
}

/// The file beside a migration that says so.
fn beside(framework: Framework, path: &Path) -> Option<NewFile> {
    let (path, text) = match framework {
        Framework::Diesel => (
            path.with_file_name("metadata.toml"),
            "run_in_transaction = false\n",
        ),
        Framework::Flyway => {
            let mut name = path.file_name()?.to_owned();
            name.push(".conf");
            (path.with_file_name(name), "executeInTransaction=false\n")
        }
        _ => return None,
    };
    Some(NewFile {
        path,
        text: text.to_owned(),
        is_migration: false,
    })
}

/// What takes `path` back, where something lies beside `model` that takes that back.
fn twin(pending: &Pending, model: &Path, path: &Path) -> Option<PathBuf> {
    let down = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        match name.strip_suffix(".up.sql") {
            Some(stem) => Some(path.with_file_name(format!("{stem}.down.sql"))),
            None => (name == "up.sql").then(|| path.with_file_name("down.sql")),
        }
    };
    pending.files.is_file(&down(model)?).then(|| down(path))?
}

/// Text at a place of a file.
type Put = (Span, String);

/// What makes the runner run this migration outside a transaction, where it does not yet: text at a place of its file, and a file beside it.
pub(super) fn unwrapped(
    migration: &Migration,
) -> Result<(Option<Put>, Option<NewFile>), &'static str> {
    let text = migration.file.text();
    let framework = migration.framework;
    let at = |at: usize, text: String| Some((Span::new(at, at), text));
    if framework == Framework::Dbmate {
        let part = migration.parts.first().map_or(0, |part| part.start);
        let line = text[part..].lines().next().unwrap_or_default();
        let end = part + line.trim_end().len();
        return Ok((at(end, " transaction:false".to_owned()), None));
    }
    if framework == Framework::Liquibase {
        let end = liquibase::line_end(migration);
        let end = end.ok_or("its changeset is not written as formatted SQL")?;
        return Ok((at(end, liquibase::OUTSIDE.to_owned()), None));
    }
    if let Some(file) = beside(framework, migration.file.path()) {
        if file.path.exists() {
            return Err(
                "what is said beside the file of its transaction has to be changed by hand",
            );
        }
        return Ok((None, Some(file)));
    }
    if let Some(why) = refuses_files(framework) {
        return Err(why);
    }
    let head = head(framework, true)?;
    if head.is_empty() {
        return Ok((None, None));
    }
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    if mark > 0 && framework == Framework::Sqlx {
        return Err(
            "sqlx looks for its switch at the very first byte, where a byte order mark stands",
        );
    }
    Ok((at(mark, head), None))
}
