//! What was not read is said: which files, why, and how to have them read.

use super::faults::cause;
use crate::finding::Finding;
use crate::frontend::Reading;
use crate::rule::entry;
use crate::source::{Framework, SourceFile, Span, Unread, Why};
use std::path::PathBuf;
use std::sync::Arc;

/// One finding for the files of one kind in a folder, at the first of them.
pub(super) fn findings(unread: &[Unread]) -> Vec<Finding> {
    unread.iter().map(finding).collect()
}

fn finding(unread: &Unread) -> Finding {
    let file = Arc::new(SourceFile::new(&unread.paths[0], ""));
    let several = unread.paths.len() > 1;
    let were = if several { "were" } else { "was" };
    let mut message = format!("{} {were} not read: {}", subject(unread), reason(unread));
    if unread.precedes {
        message.push_str("; the migrations after ");
        message.push_str(if several { "them" } else { "it" });
        message.push_str(" are judged as if nothing were known of the tables");
    }
    entry::UNREAD_MIGRATION
        .finding(file, Span::default(), cause(0))
        .says(message, "")
        .help(help(unread.why))
        .build()
}

/// `3 migrations of Rails, db/migrate/1_a.rb and further,`
fn subject(unread: &Unread) -> String {
    let number = unread.paths.len();
    let of = match unread.why {
        Why::Code(tool) if !tool.name.is_empty() => format!("{} ", tool.name),
        _ => String::new(),
    };
    match &unread.paths[..] {
        [_] => format!("this {of}migration"),
        [.., last] => {
            let last = last.file_name().unwrap_or_default().to_string_lossy();
            let folder = unread.paths[0].parent();
            let is_one = unread.paths.iter().all(|path| path.parent() == folder);
            let place = if is_one { "folder" } else { "project" };
            format!("{number} {of}migrations of this {place}, up to {last},")
        }
        [] => String::new(),
    }
}

fn reason(unread: &Unread) -> String {
    let several = unread.paths.len() > 1;
    let (they_are, they_do) = if several {
        ("they are", "they run")
    } else {
        ("it is", "it runs")
    };
    match unread.why {
        Why::Code(tool) => format!("what {they_do} is code in {}, not SQL", tool.language),
        Why::Dialect(database) => format!("{they_are} for {database}, not for PostgreSQL"),
        Why::Template => format!("{they_are} no SQL before a program makes it"),
        Why::Unlisted(list) if several => format!("{list} does not list them, so they are not run"),
        Why::Unlisted(list) => format!("{list} does not list it, so it is not run"),
        Why::Misnamed(framework) => format!(
            "{they_are} not called as {} calls migrations, so {} not run",
            word(framework),
            if several { "they are" } else { "it is" },
        ),
    }
}

fn help(why: Why) -> String {
    match why {
        Why::Code(tool) => tool.way.to_owned(),
        Why::Dialect(_) => {
            "name the folder for PostgreSQL, or write the others under exclude".to_owned()
        }
        Why::Template => {
            "give mig-lint the SQL that is made of it: mig-lint pending.sql".to_owned()
        }
        Why::Unlisted(list) => format!("add it to {list}, or take it out of the folder"),
        Why::Misnamed(_) => "rename it, or take it out of the folder; if another tool runs it, name that as framework under [[history]]".to_owned(),
    }
}

fn word(framework: Framework) -> String {
    let word = serde_json::to_value(framework).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}

/// Every file that was not read, and why.
pub(super) fn paths(reading: &Reading) -> Vec<(PathBuf, String)> {
    let unread = reading.unread.iter().flat_map(|unread| {
        let single = |path: &PathBuf| Unread {
            paths: vec![path.clone()],
            ..unread.clone()
        };
        let of = move |path| (PathBuf::clone(path), reason(&single(path)));
        unread.paths.iter().map(of)
    });
    let by_right = reading.passed_over.iter();
    let by_right = by_right.map(|path| (path.clone(), "its runner does not run it".to_owned()));
    let mut paths: Vec<_> = unread.chain(by_right).collect();
    paths.sort();
    paths
}

/// What a run passed over by right, and a person should know.
pub(super) fn notices(reading: &Reading) -> Vec<String> {
    let dialects = reading.dialects.iter();
    let mut notices: Vec<String> = dialects
        .map(|(folder, database)| {
            format!("{}: passed over, it is for {database}", folder.display())
        })
        .collect();
    match reading.passed_over.len() {
        0 => {}
        1 => notices.push("1 SQL file among the migrations is none: --verbose names it".to_owned()),
        number => notices.push(format!(
            "{number} SQL files among the migrations are none: --verbose names them"
        )),
    }
    match &reading.excluded[..] {
        [] => {}
        [path] => notices.push(format!("{}: excluded by the config", path.display())),
        [path, ..] => notices.push(format!(
            "{} and {} more named paths: excluded by the config",
            path.display(),
            reading.excluded.len() - 1
        )),
    }
    notices
}
