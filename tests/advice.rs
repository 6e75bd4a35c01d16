//! Every SQL that is advised is SQL, however the statement that it is made from is written.

mod common;

use common::{Failures, judged, migration, steps};
use mig_lint::config::Settings;
use mig_lint::engine;
use mig_lint::finding::Finding;
use mig_lint::ir::Migration;
use mig_lint::postgres::Version;
use mig_lint::rule::RULES;
use mig_lint::source::Span;
use mig_lint::sql::{self, Printed};
use std::path::Path;

/// Forms that no rule's example has.
const FORMS: &str = "-- 1.sql
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE \"T\" (id int, p int, \"P  q\" int, note text);
-- 2.sql
ALTER TABLE \"T\" ADD FOREIGN KEY (p) REFERENCES p;
ALTER TABLE \"T\" ADD CONSTRAINT \"a  b\" FOREIGN KEY (\"P  q\") REFERENCES p (id) ON DELETE SET NULL, ADD COLUMN z text DEFAULT E'a  \\'b';
CREATE UNIQUE INDEX ON \"T\" (lower(note)) WHERE note <> 'a  b' AND note <> $x$ -- c $x$;
CREATE INDEX index_t ON \"T\" USING btree (id) WITH (fillfactor = 70);
ALTER TABLE \"T\" ALTER COLUMN \"P  q\" SET NOT NULL;
-- 3.sql
ALTER TABLE ONLY public.\"T\" ADD FOREIGN KEY (p) REFERENCES p;
";

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

fn suggestions(findings: &[Finding]) -> Vec<Vec<String>> {
    let all = findings.iter().flat_map(|finding| &finding.suggestion);
    all.map(|suggestion| {
        let whole = Span::new(0, suggestion.len());
        let parsed = sql::parse(suggestion, &[whole], &[]);
        assert_eq!(parsed.problems, [], "{suggestion}");
        assert_eq!(parsed.statements.len(), 1, "{suggestion}");
        tokens(suggestion)
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
        for text in rules.chain([FORMS]).filter(|text| !text.is_empty()) {
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
    let all: Vec<&String> = findings.iter().flat_map(|it| &it.suggestion).collect();
    Failures::collect(|failures| {
        for piece in ["'a  b'", "$x$ -- c $x$", "\"P  q\"", "\"a  b\"", "T_p_fkey"] {
            let there = all.iter().any(|sql| sql.contains(piece));
            failures.check(there, "the suggestions", piece, format!("{all:#?}"));
        }
    });
}
