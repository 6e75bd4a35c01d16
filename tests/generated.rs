//! What is made from `rules/*/rule.md` and checked in is what would be made now. `MIG_LINT_BLESS=1 cargo test --test generated` rewrites it.

use mig_lint::report::rule_doc;
use mig_lint::rule::{Entry, RULES, Severity};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const BEGIN: &str = "<!-- rules:begin -->";
const END: &str = "<!-- rules:end -->";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a checked-in file with what it should be, or rewrites it.
fn hold(path: &Path, wanted: &str) {
    let found = fs::read_to_string(path).unwrap_or_default();
    if found == wanted {
        return;
    }
    if std::env::var_os("MIG_LINT_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("it can be made");
        fs::write(path, wanted).expect("it can be written");
    } else {
        panic!(
            "{} is out of date: run MIG_LINT_BLESS=1 cargo test --test generated",
            path.display()
        );
    }
}

fn level(entry: &Entry) -> &'static str {
    match entry.rule.severity {
        Severity::BySize => "by size",
        Severity::Always(level) => level.name(),
    }
}

fn table() -> String {
    let mut table = String::from("| rule | level | category | what |\n|---|---|---|---|\n");
    for entry in RULES {
        let summary = rule_doc(entry.doc).summary.replace('|', "\\|");
        writeln!(
            table,
            "| [{id}](docs/rules/{id}.md) | {} | {} | {summary} |",
            level(entry),
            entry.rule.category.name(),
            id = entry.id,
        )
        .expect("a string takes all that is written");
    }
    table
}

#[test]
fn the_readme_lists_the_rules() {
    let path = root().join("README.md");
    let text = fs::read_to_string(&path).expect("README.md can be read");
    let (head, rest) = text.split_once(BEGIN).expect("README.md holds rules:begin");
    let (_, tail) = rest.split_once(END).expect("README.md holds rules:end");
    hold(&path, &format!("{head}{BEGIN}\n{}{END}{tail}", table()));
}

#[test]
fn each_rule_has_its_page() {
    for entry in RULES {
        let note = format!(
            "<!-- made from rules/{}/rule.md -->\n\n",
            entry.id.replace('-', "_")
        );
        let path = root().join(format!("docs/rules/{}.md", entry.id));
        hold(&path, &(note + entry.doc));
    }
}

#[test]
fn no_page_is_left_of_a_rule_that_is_gone() {
    let known: BTreeSet<String> = RULES
        .iter()
        .map(|entry| format!("{}.md", entry.id))
        .collect();
    let gone: Vec<PathBuf> = fs::read_dir(root().join("docs/rules"))
        .expect("docs/rules can be read")
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| !known.contains(&*path.file_name().unwrap_or_default().to_string_lossy()))
        .collect();
    assert_eq!(gone, Vec::<PathBuf>::new());
}

#[test]
fn every_page_says_everything() {
    for entry in RULES {
        let doc = rule_doc(entry.doc);
        assert!(
            entry.doc.starts_with(&format!("# {}\n", entry.id)),
            "{}: the title is not its id",
            entry.id
        );
        assert!(doc.summary.ends_with('.'), "{}: no summary", entry.id);
        let headings: Vec<&str> = doc.sections.iter().map(|(heading, _)| *heading).collect();
        let wanted = [
            "What it does",
            "Why it hurts",
            "Do this instead",
            "When it is fine",
            "Proof",
        ];
        assert_eq!(headings, wanted, "{}", entry.id);
        for (heading, text) in &doc.sections {
            assert!(!text.is_empty(), "{}: nothing under {heading}", entry.id);
        }
    }
}
