//! Every risk that anybody has named has its rule, which finds it, or the reason why none does: `docs/risks.md` is made of the rows that are tried here.

use super::common::{Failures, judged, migration};
use super::{hold, root};
use mig_lint::finding::Level;
use mig_lint::ir::Migration;
use mig_lint::postgres::Version;
use mig_lint::rule::{Category, Kind, RULES, find};
use mig_lint::source::TransactionMode;
use serde::Deserialize;
use std::fmt::Write as _;

const SCHEMA: &str = include_str!("../data/risks/schema.sql");
const RISKS: &str = include_str!("../data/risks/risks.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Risks {
    risk: Vec<Risk>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Risk {
    group: String,
    risk: String,
    rule: Option<String>,
    /// Why no rule says it.
    none: Option<String>,
    #[serde(default = "per_file")]
    transaction: TransactionMode,
    sql: Option<String>,
}

fn per_file() -> TransactionMode {
    TransactionMode::PerFile
}

fn risks() -> Vec<Risk> {
    let risks: Risks = toml::from_str(RISKS).expect("risks.toml is whole");
    risks.risk
}

/// What is reported for the row's SQL, as level and rule.
fn found(sql: &str, transaction: TransactionMode) -> Vec<(Level, &'static str)> {
    let history = vec![
        migration("0001_schema.sql", SCHEMA, TransactionMode::PerFile, false),
        Migration {
            is_transaction_known: true,
            ..migration("0002_risk.sql", sql, transaction, true)
        },
    ];
    let version = Version::new(16).expect("a version that is known");
    let findings = judged(history, version).findings;
    findings
        .iter()
        .map(|finding| (finding.level, finding.rule))
        .collect()
}

#[test]
fn every_risk_is_found_by_its_rule_or_harmless() {
    Failures::collect(|failures| {
        for row in risks() {
            let found = row.sql.as_ref().map(|sql| found(sql, row.transaction));
            let told = format!("{found:?}");
            match (&row.rule, &row.none, found) {
                (Some(rule), None, Some(found)) => {
                    let says = found.iter().any(|(_, said)| said == rule);
                    failures.check(says, &row.risk, rule, told);
                }
                (Some(rule), None, None) => {
                    let shown = find(rule).is_some_and(|entry| {
                        matches!(entry.rule.kind, Kind::Engine(_))
                            || entry.examples().any(|example| example.is_django())
                    });
                    failures.check(shown, &row.risk, "an example in Django", rule);
                }
                (None, Some(_), Some(found)) => {
                    let quiet = found.iter().all(|(level, _)| *level == Level::Info);
                    failures.check(quiet, &row.risk, "nothing above an info", told);
                }
                _ => failures.note(&row.risk, "a rule, or why there is none and the SQL", told),
            }
        }
    });
}

#[test]
fn every_rule_about_a_risk_stands_in_the_table() {
    let risks = risks();
    Failures::collect(|failures| {
        let rules = RULES
            .iter()
            .filter(|entry| entry.rule.category != Category::Checking);
        for entry in rules {
            let named = risks
                .iter()
                .any(|row| row.rule.as_deref() == Some(entry.id));
            failures.check(
                named,
                "tests/data/risks/risks.toml",
                entry.id,
                "no row that names it",
            );
        }
    });
}

#[test]
fn the_risks_have_their_page() {
    let mut page = String::from(HEAD);
    let mut group = String::new();
    for row in risks() {
        if row.group != group {
            write!(
                page,
                "\n## {}\n\n| risk | what says it |\n|---|---|\n",
                row.group
            )
            .expect("a string takes it");
            group.clone_from(&row.group);
        }
        let said = match (&row.rule, &row.none) {
            (Some(rule), _) => format!("[{rule}](rules/{rule}.md)"),
            (None, why) => why.clone().unwrap_or_default(),
        };
        writeln!(page, "| {} | {said} |", row.risk).expect("a string takes it");
    }
    Failures::collect(|failures| hold(&root().join("docs/risks.md"), &page, failures));
}

const HEAD: &str = "<!-- made from tests/data/risks/risks.toml -->

# Risks

Every danger of a migration that linters, guides and post-mortems name, with the rule that reports it, or the reason why none does. Each row has its SQL, which a test runs the rules over.
";
