//! Which rules speak, and how loud: what the config and the command line say of rules and categories.

use crate::finding::Level;
use crate::rule::{Entry, is_former};
use globset::GlobSet;
use std::collections::{BTreeMap, BTreeSet};
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

impl Levels {
    /// The names among those typed that rules had before they were split off or renamed.
    #[must_use]
    pub fn former(&self) -> BTreeSet<&str> {
        let lists = self.select.iter().chain(&self.ignore);
        let overrides = self.overrides.iter().map(|own| &own.levels);
        let tables = overrides.chain([&self.explicit]).flat_map(BTreeMap::keys);
        let typed = lists.chain(tables).map(String::as_str);
        typed.filter(|name| is_former(name)).collect()
    }
}

/// By which names a rule is meant, the most particular first.
fn names(rule: &Entry) -> impl Iterator<Item = &'static str> {
    let category = std::iter::once(rule.rule.category.name());
    rule.names().chain(category)
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

    #[test]
    fn a_name_that_a_rule_had_once_counts_before_its_category_and_behind_its_own() {
        let levels = Levels {
            explicit: table([
                ("blocking", None),
                ("blocking-work", Some(Level::Warning)),
                ("partition-scan", Some(Level::Info)),
            ]),
            ..Levels::default()
        };
        Failures::collect(|failures| {
            for (rule, expected) in [
                (entry::TABLE_REWRITTEN, Some(Some(Level::Warning))),
                (entry::PARTITION_SCAN, Some(Some(Level::Info))),
                (entry::ALTER_COLUMN_TYPE, Some(None)),
            ] {
                let found = levels.of(rule, Path::new("1.sql"));
                failures.equal(rule.id, &expected, &found);
            }
        });
    }
}
