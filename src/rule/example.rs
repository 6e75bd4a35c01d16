//! The examples in a rule's folder: what it finds, and what it advises instead.

use super::Entry;
use std::fmt::Write as _;

/// One example: a history of steps, of which the first is the schema as it was.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// `bad.sql`, `good.sql`, `bad.py` or `good.py`.
    pub file: &'static str,
    pub text: &'static str,
}

impl Example {
    /// Whether the rule finds something in it.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        self.file.starts_with("bad")
    }

    /// Whether it is an app of Django.
    #[must_use]
    pub fn is_django(&self) -> bool {
        self.file.strip_suffix(".py").is_some()
    }

    /// The modules of an app, each begun by a comment with its name, `# 0002_total.py`: what each is called, and its text, behind so many empty lines
    /// that it stands on the lines on which it stands in the example.
    #[must_use]
    pub fn modules(&self) -> Vec<(&'static str, String)> {
        let mut modules: Vec<(&'static str, String)> = Vec::new();
        for (at, line) in self.text.lines().enumerate() {
            let name = line
                .strip_prefix("# ")
                .filter(|name| name.strip_suffix(".py").is_some());
            if let Some(name) = name {
                modules.push((name, "\n".repeat(at + 1)));
            } else if let Some((_, text)) = modules.last_mut() {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{line}");
            }
        }
        modules
    }
}

impl Entry {
    /// Its examples, the bad one first; a rule of the engine has none.
    pub fn examples(&self) -> impl Iterator<Item = Example> + use<> {
        let all = [
            ("bad.sql", self.bad),
            ("good.sql", self.good),
            ("bad.py", self.bad_py),
            ("good.py", self.good_py),
        ];
        let there = all.into_iter().filter(|(_, text)| !text.is_empty());
        there.map(|(file, text)| Example { file, text })
    }
}
