//! The parts of a rule's page: one sentence, then sections under fixed headings.

use std::sync::OnceLock;

/// A rule's page, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleDoc<'a> {
    /// The sentence under the title.
    pub summary: String,
    /// Heading and text of each section.
    pub sections: Vec<(&'a str, &'a str)>,
}

impl<'a> RuleDoc<'a> {
    /// The text of the section `heading`; empty if there is none.
    #[must_use]
    pub fn section(&self, heading: &str) -> &'a str {
        let found = self.sections.iter().find(|(name, _)| *name == heading);
        found.map_or("", |(_, text)| text)
    }
}

/// Takes a `rule.md` apart.
#[must_use]
pub fn rule_doc(text: &str) -> RuleDoc<'_> {
    let mut parts = text.split("\n## ");
    let head = parts.next().unwrap_or_default();
    let summary = head.lines().filter(|line| !line.starts_with('#'));
    RuleDoc {
        summary: summary.collect::<Vec<_>>().join(" ").trim().to_owned(),
        sections: parts
            .filter_map(|part| part.split_once('\n'))
            .map(|(heading, text)| (heading.trim(), text.trim()))
            .collect(),
    }
}

/// Where a rule's page is: in the repository, where one is named in Cargo.toml.
pub(super) fn url(id: &str) -> String {
    static BASE: OnceLock<String> = OnceLock::new();
    let base = BASE.get_or_init(|| match env!("CARGO_PKG_REPOSITORY") {
        "" => String::new(),
        repository => format!("{repository}/blob/main/"),
    });
    format!("{base}docs/rules/{id}.md")
}
