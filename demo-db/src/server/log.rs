//! What a program or a server's log tells of its end.

use std::fs;
use std::path::Path;

/// Whether a program or a log speaks of a full disk: ENOSPC, EDQUOT, and PostgreSQL's hint where only a part could be written (md.c).
pub(crate) fn is_full(text: &str) -> bool {
    let words = [
        "No space left on device",
        "Disk quota exceeded",
        "Check free disk space",
    ];
    words.iter().any(|word| text.contains(word))
}

/// The last lines that say something, on one line; or the one that tells of a full disk, which others may follow.
pub(super) fn last_lines(text: &str) -> Option<String> {
    if let Some(line) = text.lines().find(|line| is_full(line)) {
        return Some(line.to_owned());
    }
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let last = &lines[lines.len().saturating_sub(3)..];
    (!last.is_empty()).then(|| last.join(" | "))
}

/// The end of a server's log.
pub(crate) fn log_tail(log: &Path) -> Option<String> {
    last_lines(&fs::read_to_string(log).ok()?)
}
