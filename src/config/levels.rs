//! Which rules speak, and how loud: what the config and the command line say of rules and categories.

use crate::finding::Level;
use crate::rule::Entry;
use globset::GlobSet;
use std::collections::BTreeMap;
use std::path::Path;

/// Levels by rule id or category; `None` switches off.
pub(super) type Table = BTreeMap<String, Option<Level>>;

/// Which rules speak, and how loud.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// `[rules]`.
    pub explicit: Table,
    /// `[[overrides]]`, in their order.
    pub overrides: Vec<PathLevels>,
    /// Only these rule ids or categories, if any are named.
    pub select: Vec<String>,
    /// Not these rule ids or categories.
    pub ignore: Vec<String>,
}

/// Levels for some paths.
#[derive(Clone, Debug)]
pub struct PathLevels {
    pub paths: GlobSet,
    pub levels: Table,
}

impl Levels {
    /// What is said of the findings of a rule in a file: nothing, so that they keep their level, or a level, or that they are not to be reported. What names the rule
    /// goes before what names its category, the path before everywhere, and of two tables for the path the later counts.
    #[must_use]
    pub fn of(&self, rule: &Entry, path: &Path) -> Option<Option<Level>> {
        let named = |list: &[String]| list.iter().any(|name| names(rule).any(|own| own == name));
        if named(&self.ignore) || !self.select.is_empty() && !named(&self.select) {
            return Some(None);
        }
        let path = path.strip_prefix(".").unwrap_or(path);
        let overrides = self.overrides.iter().rev();
        let of_path = overrides.filter(|own| own.paths.is_match(path));
        let tables = of_path
            .map(|own| &own.levels)
            .chain(std::iter::once(&self.explicit));
        tables
            .filter_map(|table| names(rule).find_map(|name| table.get(name)))
            .copied()
            .next()
    }
}

/// By which names a rule is meant, the most particular first.
fn names(rule: &Entry) -> impl Iterator<Item = &'static str> {
    [rule.id, rule.rule.category.name()].into_iter()
}

#[cfg(test)]
mod tests {
    use super::{Levels, PathLevels, Table};
    use crate::failures::Failures;
    use crate::finding::Level;
    use crate::rule::entry;
    use globset::{Glob, GlobSet};
    use std::path::Path;

    fn table<const N: usize>(levels: [(&str, Option<Level>); N]) -> Table {
        levels.map(|(name, level)| (name.to_owned(), level)).into()
    }

    fn below(glob: &str, levels: Table) -> PathLevels {
        let glob = Glob::new(glob).expect("a glob");
        let paths = GlobSet::builder().add(glob).build().expect("a set");
        PathLevels { paths, levels }
    }

    #[test]
    fn a_rule_goes_before_its_category_and_the_path_before_everywhere() {
        let levels = Levels {
            explicit: table([
                ("compatibility", Some(Level::Info)),
                ("drop-column", Some(Level::Warning)),
            ]),
            overrides: vec![
                below(
                    "legacy/**",
                    table([("compatibility", None), ("drop-table", Some(Level::Info))]),
                ),
                below(
                    "legacy/new/**",
                    table([("drop-column", Some(Level::Error))]),
                ),
            ],
            ..Levels::default()
        };
        Failures::collect(|failures| {
            for (rule, path, expected) in [
                (entry::DROP_COLUMN, "m/1.sql", Some(Some(Level::Warning))),
                (entry::DROP_TABLE, "m/1.sql", Some(Some(Level::Info))),
                (entry::SYNTAX_ERROR, "m/1.sql", None),
                (entry::DROP_COLUMN, "legacy/1.sql", Some(None)),
                (entry::DROP_TABLE, "./legacy/1.sql", Some(Some(Level::Info))),
                (
                    entry::DROP_COLUMN,
                    "legacy/new/1.sql",
                    Some(Some(Level::Error)),
                ),
            ] {
                let found = levels.of(rule, Path::new(path));
                failures.equal(format!("{} in {path}", rule.id), &expected, &found);
            }
        });
    }
}
