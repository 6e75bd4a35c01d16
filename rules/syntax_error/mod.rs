//! What PostgreSQL would refuse is reported.

use crate::finding::Level;
use crate::postgres::Version;
use crate::rule::{Category, Kind, Report, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Checking,
    severity: Severity::Always(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Engine(Report::UncheckedFile),
};
