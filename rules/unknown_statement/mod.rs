//! A statement that is not known is reported, never skipped.

use crate::finding::Level;
use crate::postgres::Version;
use crate::rule::{Category, Kind, Report, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Checking,
    severity: Severity::Always(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Engine(Report::UncheckedStatement),
};
