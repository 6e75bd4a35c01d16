//! Every SQL that is advised is SQL, however the statement that it is made from is written.

mod common;

use common::layouts::LAYOUTS;
use common::recipes::{FORMS, PARTS, advised};
use common::{Failures, judged, migration, steps};
use mig_lint::config::Settings;
use mig_lint::engine;
use mig_lint::finding::{Finding, Level};
use mig_lint::ir::Migration;
use mig_lint::postgres::Version;
use mig_lint::rule::RULES;
use mig_lint::source::{Outside, Span, TransactionMode};
use mig_lint::sql::{self, Printed};
use std::path::Path;

/// What can stand between two tokens, as the lexer tells them apart.
const GAPS: [&str; 4] = [
    " ",
    "\r\n",
    "\n-- it's a \"gap\"\n",
    " /* a /* nested */ 'one */\r\n",
];

/// Suggestions are kept as their tokens, which white space does not change.
fn tokens(sql: &str) -> Vec<String> {
    let printed = Printed::new(sql, Span::new(0, sql.len()));
    printed.tokens().map(str::to_owned).collect()
}

/// The same, with the tokens of code.
fn tokens_of_code(sql: &str) -> Vec<String> {
    let tokens = tokens(sql).into_iter().flat_map(|token| {
        let mut quotes = ["$$", "$batches$"].into_iter();
        let body = quotes.find_map(|it| token.strip_prefix(it)?.strip_suffix(it));
        match body {
            Some(code) if code.contains(';') => tokens(code),
            _ => vec![token],
        }
    });
    tokens.collect()
}

fn statements(finding: &Finding) -> impl Iterator<Item = &String> {
    finding.recipe.iter().flat_map(|block| &block.statements)
}

fn suggestions(findings: &[Finding]) -> Vec<Vec<String>> {
    let all = findings.iter().flat_map(statements);
    all.map(|suggestion| {
        let whole = Span::new(0, suggestion.len());
        let parsed = sql::parse(suggestion, &[whole], &[]);
        assert_eq!(parsed.problems, [], "{suggestion}");
        assert_eq!(parsed.statements.len(), 1, "{suggestion}");
        tokens_of_code(suggestion)
    })
    .collect()
}

/// The same migration with something else between its tokens.
fn spaced(step: &Migration, gap: &str) -> Migration {
    let mut text = String::new();
    for statement in &step.statements {
        for token in tokens(step.text_of(statement)) {
            // Without a gap before it, a part of a name or an operator would be another.
            text.push_str(gap);
            text.push_str(&token);
        }
        text.push_str(";\n");
    }
    migration("spaced.sql", &text, step.transaction, true)
}

#[test]
fn every_suggestion_is_sql_however_its_statement_is_written() {
    let rules = RULES.iter().map(|entry| entry.bad);
    let mut counted = 0;
    Failures::collect(|failures| {
        for text in rules.chain([FORMS, PARTS]).filter(|text| !text.is_empty()) {
            let plain = steps("bad.sql", text);
            for version in [Version::OLDEST, Version::NEWEST] {
                let expected = suggestions(&judged(plain.clone(), version).findings);
                counted += expected.len();
                for gap in GAPS {
                    let written = plain.iter().map(|step| spaced(step, gap)).collect();
                    let found = suggestions(&judged(written, version).findings);
                    failures.equal(format!("{gap:?} in {text}"), &expected, &found);
                }
            }
        }
    });
    assert!(counted > 40, "{counted}");
}

#[test]
fn every_suggestion_for_the_fixtures_is_sql() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let report = engine::run(
        &Settings {
            paths: vec![fixtures],
            ..Settings::default()
        },
        false,
    );
    assert!(!suggestions(&report.findings).is_empty());
}

#[test]
fn literals_stay_as_they_are() {
    let findings = judged(steps("forms.sql", FORMS), Version::NEWEST).findings;
    let all: Vec<&String> = findings.iter().flat_map(statements).collect();
    Failures::collect(|failures| {
        for piece in ["'a  b'", "$x$ -- c $x$", "\"P  q\"", "\"a  b\"", "T_p_fkey"] {
            let there = all.iter().any(|sql| sql.contains(piece));
            failures.check(there, "the suggestions", piece, format!("{all:#?}"));
        }
    });
}

#[test]
fn every_recipe_is_clean_in_the_layout_of_its_runner() {
    let mut counted = 0;
    Failures::collect(|failures| {
        for layout in LAYOUTS {
            for one in advised(layout.framework, Version::OLDEST) {
                let by_hand = one.recipe.iter().any(|block| {
                    block.outside_transaction
                        && matches!(layout.framework.outside_transaction(), Outside::ByHand(_))
                });
                if by_hand {
                    continue;
                }
                counted += 1;
                let folder = tempfile::tempdir().expect("a folder");
                let mut migrations = one.before.clone();
                migrations.extend(one.recipe.clone());
                layout.write(folder.path(), &migrations);
                let config = folder.path().join("mig-lint.toml");
                let transaction = config.exists().then_some(TransactionMode::PerStatement);
                let report = engine::run(
                    &Settings {
                        paths: vec![folder.path().to_owned()],
                        transaction,
                        ..Settings::default()
                    },
                    false,
                );
                assert_eq!(
                    report.migrations.len(),
                    migrations.len(),
                    "{:?}",
                    layout.framework
                );
                assert_eq!(report.migrations[0].framework, layout.framework);
                let recipe = report.migrations[one.before.len()..].iter();
                let files: Vec<_> = recipe.map(|it| it.file.path()).collect();
                let bad = report.findings.iter().filter(|finding| {
                    files.contains(&finding.file.path())
                        && finding.level > Level::Info
                        && finding.rule != "lock-without-timeout"
                });
                for finding in bad {
                    let place = format!(
                        "{:?}, instead of {} [{}]: {:?}",
                        layout.framework, one.instead, one.rule, one.recipe
                    );
                    let found = format!("{}: {}", finding.rule, finding.message);
                    failures.note(place, "nothing to complain of", found);
                }
            }
        }
    });
    assert!(counted > 60, "{counted}");
}
