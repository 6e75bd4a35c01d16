//! The entry in a `.pre-commit-config.yaml` that is there: its comments and its layout stay.

use super::texts;

/// The text with the entry, and the entry alone; nothing where the file is laid out in another way than most.
pub(super) fn insert(text: &str) -> Option<(String, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let repos = lines.iter().position(|line| line.trim_end() == "repos:")?;
    let is_top = |line: &&str| !line.is_empty() && !line.starts_with([' ', '#', '-', '\t']);
    // The list ends where the next key of the top begins.
    let end = lines[repos + 1..]
        .iter()
        .position(is_top)
        .map_or(lines.len(), |at| repos + 1 + at);
    let is_item = |line: &&&str| {
        let item = line.trim_start().strip_prefix('-');
        item.is_some_and(|item| item.trim_start().starts_with("repo:"))
    };
    let item = lines[repos + 1..end].iter().find(is_item)?;
    let indent = &item[..item.len() - item.trim_start().len()];
    let added = texts::pre_commit_entry(indent);
    let last = (repos..end)
        .rev()
        .find(|at| !lines[*at].trim().is_empty())?;
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut all: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    all.splice(last + 1..=last, added.lines().map(str::to_owned));
    let mut result = all.join(newline);
    if text.ends_with('\n') {
        result.push_str(newline);
    }
    Some((result, added))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays_and_the_entry_is_the_last_of_the_list() {
        let text = "# ours\nrepos:\n-   repo: https://example.org/a  # why\n    rev: v1\n    hooks:\n    -   id: a\n\nci:\n  skip: [a]\n";
        let (changed, added) = insert(text).expect("it is laid out as most are");
        let (before, after) = changed.split_once(&added).expect("the entry is there");
        assert_eq!(format!("{before}{after}"), text);
        assert!(
            before.ends_with("    -   id: a\n") && after.starts_with("\nci:"),
            "{changed}"
        );
        assert!(added.starts_with("- repo: "), "as far in as the others");
    }

    #[test]
    fn another_layout_is_left_alone() {
        for text in ["repos: []\n", "repos: [{repo: local}]\n", "ci: {}\n", ""] {
            assert_eq!(insert(text), None, "{text}");
        }
    }
}
