//! A suppression comment silences one rule on one statement, and says so where it does not.

mod common;

use common::{Failures, judged, migration, steps};
use mig_lint::config::{Levels, Settings};
use mig_lint::engine::{self, Suppressed, suppress};
use mig_lint::postgres::Version;
use mig_lint::rule::{Entry, RULES};
use mig_lint::source::TransactionMode;

const BEFORE: &str = "CREATE TABLE orders (id int, code int, old int);\n";

/// The findings on `text`, as `rule:line`, and how many were silenced.
fn check(text: &str) -> (Vec<String>, usize) {
    let files = [("1.sql", BEFORE), ("2.sql", text)];
    let history = files.into_iter().map(|(path, text)| {
        let reported = path == "2.sql";
        migration(path, text, TransactionMode::PerFile, reported)
    });
    let judged = judged(history.collect(), Version::NEWEST);
    let Suppressed { kept, silenced, .. } = suppress(judged.findings, &judged.migrations);
    // Whether the statement in between is known is another test's concern.
    let mut found: Vec<String> = kept
        .iter()
        .filter(|finding| finding.rule != "unknown-statement")
        .map(|finding| {
            let line = finding.file.place(finding.span.start).line;
            format!("{}:{line}", finding.rule)
        })
        .collect();
    found.sort();
    (found, silenced.len())
}

#[track_caller]
fn expect(failures: &mut Failures, text: &str, found: &[&str], silenced: usize) {
    let (all, number) = check(text);
    failures.equal(text, found, &all[..]);
    failures.equal(text, &silenced, &number);
}

#[test]
fn without_a_comment_it_speaks() {
    Failures::collect(|failures| {
        expect(
            failures,
            "ALTER TABLE orders DROP COLUMN code;",
            &["drop-column:1"],
            0,
        );
    });
}

#[test]
fn on_the_line_before() {
    Failures::collect(|failures| {
        expect(
            failures,
            "-- mig-lint: ignore[drop-column] unused since May\nALTER TABLE orders DROP COLUMN code;",
            &[],
            1,
        );
    });
}

#[test]
fn behind_the_statement_and_inside_it() {
    Failures::collect(|failures| {
        expect(
            failures,
            "ALTER TABLE orders DROP COLUMN code; -- mig-lint: ignore[drop-column] unused",
            &[],
            1,
        );
        expect(
            failures,
            "ALTER TABLE orders\n  -- mig-lint: ignore[drop-column] unused\n  DROP COLUMN code;",
            &[],
            1,
        );
        expect(
            failures,
            "ALTER TABLE orders -- mig-lint: ignore[drop-column] unused\n  DROP COLUMN code;",
            &[],
            1,
        );
    });
}

#[test]
fn it_never_reaches_the_next_statement() {
    Failures::collect(|failures| {
        expect(
            failures,
            "ALTER TABLE orders DROP COLUMN code; -- mig-lint: ignore[drop-column] unused\nALTER TABLE orders DROP COLUMN old;",
            &["drop-column:2"],
            1,
        );
        expect(
            failures,
            "ALTER TABLE orders DROP COLUMN code\n; -- mig-lint: ignore[drop-column] unused\nALTER TABLE orders DROP COLUMN old;",
            &["drop-column:3"],
            1,
        );
        expect(
            failures,
            "-- mig-lint: ignore[drop-column] unused\nALTER TABLE orders DROP COLUMN code;\nALTER TABLE orders DROP COLUMN old;",
            &["drop-column:3"],
            1,
        );
    });
}

#[test]
fn comments_may_be_stacked_but_an_empty_line_parts_them() {
    Failures::collect(|failures| {
        expect(
            failures,
            "-- mig-lint: ignore[drop-column] unused\n-- a remark\nALTER TABLE orders DROP COLUMN code;",
            &[],
            1,
        );
        expect(
            failures,
            "-- mig-lint: ignore[drop-column] unused\n\nALTER TABLE orders DROP COLUMN code;",
            &["drop-column:3", "unused-suppression:1"],
            0,
        );
    });
}

#[test]
fn a_whole_file() {
    Failures::collect(|failures| {
        expect(
            failures,
            "-- mig-lint: ignore-file[drop-column] dropped with release 41\nALTER TABLE orders DROP COLUMN code;\nALTER TABLE orders DROP COLUMN old;",
            &[],
            2,
        );
        expect(
            failures,
            "ALTER TABLE orders DROP COLUMN code;\n-- mig-lint: ignore-file[drop-column] too late\n",
            &["drop-column:1", "unused-suppression:2"],
            0,
        );
    });
}

#[test]
fn comments_in_a_block_of_code_are_about_the_statements_there() {
    let drops = "ALTER TABLE orders DROP COLUMN code;";
    Failures::collect(|failures| {
        for (text, left, silenced) in [
            (
                format!("DO $$\nBEGIN\n-- mig-lint: ignore[drop-column] gone\n{drops}\nEND $$;"),
                &[][..],
                1,
            ),
            (
                format!(
                    "DO $$\nBEGIN\n{drops} -- mig-lint: ignore[drop-column] gone\nDROP TABLE orders;\nEND $$;"
                ),
                &["drop-table:4"],
                1,
            ),
            (
                format!(
                    "-- mig-lint: ignore[drop-column] gone\nDO $$\nBEGIN\n{drops}\nDROP TABLE orders;\nEND $$;"
                ),
                &["drop-table:5"],
                1,
            ),
            (
                format!(
                    "DO $$\nBEGIN\n-- mig-lint: ignore[drop-column] of another\nDROP TABLE orders;\nEND $$;\n{drops}"
                ),
                &[
                    "drop-table:4",
                    "refused-by-server:6",
                    "unused-suppression:3",
                ],
                0,
            ),
        ] {
            expect(failures, &text, left, silenced);
        }
    });
}

#[test]
fn what_only_looks_like_a_comment_is_none() {
    Failures::collect(|failures| {
        expect(
            failures,
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN\n-- mig-lint: ignore[drop-column] in a body\nEND $$;\nALTER TABLE orders DROP COLUMN code;",
            &["drop-column:4"],
            0,
        );
        expect(
            failures,
            "/* -- mig-lint: ignore[drop-column] in a block */\nALTER TABLE orders DROP COLUMN code;",
            &["drop-column:2"],
            0,
        );
        expect(
            failures,
            "ALTER TABLE orders ALTER COLUMN code SET DEFAULT '\n-- mig-lint: ignore[drop-column] in a string\n';\nALTER TABLE orders DROP COLUMN code;",
            &["drop-column:4"],
            0,
        );
    });
}

#[test]
fn several_rules_and_one_that_has_nothing_to_say() {
    Failures::collect(|failures| {
        expect(
            failures,
            "-- mig-lint: ignore[drop-column, non-concurrent-index] unused\nALTER TABLE orders DROP COLUMN code;",
            &["unused-suppression:1"],
            1,
        );
    });
}

#[test]
fn unknown_rules_missing_reasons_and_malformed_comments() {
    Failures::collect(|failures| {
        expect(
            failures,
            "-- mig-lint: ignore[drop-colum] unused\nALTER TABLE orders DROP COLUMN code;",
            &["drop-column:2", "unused-suppression:1"],
            0,
        );
        expect(
            failures,
            "-- mig-lint: ignore[drop-column]\nALTER TABLE orders DROP COLUMN code;",
            &["suppression-without-reason:1"],
            1,
        );
        expect(
            failures,
            "-- mig-lint: ignore drop-column\nALTER TABLE orders DROP COLUMN code;",
            &["drop-column:2", "unused-suppression:1"],
            0,
        );
        expect(
            failures,
            "-- mig-lint: ignore[unused-suppression] please\nSELECT 1;",
            &["unused-suppression:1"],
            0,
        );
    });
}

#[test]
fn crlf_and_a_byte_order_mark() {
    Failures::collect(|failures| {
        expect(
            failures,
            "\u{feff}-- mig-lint: ignore[drop-column] unused\r\nALTER TABLE orders DROP COLUMN code;\r\n",
            &[],
            1,
        );
    });
}

/// Every rule that has had another name, with each of these.
fn renamed() -> impl Iterator<Item = (&'static Entry, &'static str)> {
    RULES.iter().flat_map(|entry| {
        let former = entry.rule.formerly.iter();
        former.map(move |name| (entry, *name))
    })
}

#[test]
fn a_name_that_a_rule_had_once_still_silences_it() {
    Failures::collect(|failures| {
        for (entry, name) in renamed() {
            let text = entry.bad.replacen(
                '\n',
                &format!("\n-- mig-lint: ignore-file[{name}] as ever\n"),
                1,
            );
            let judged = judged(steps("bad.sql", &text), Version::NEWEST);
            let own = judged.findings.iter().filter(|it| it.rule == entry.id);
            let all = own.count();
            let suppressed = suppress(judged.findings, &judged.migrations);
            let left = suppressed.kept.iter().filter(|it| it.rule == entry.id);
            failures.check(all > 0, entry.id, "findings", "none");
            failures.equal(entry.id, &0, &left.count());
            let told = suppressed.former.contains(name);
            failures.check(told, entry.id, "that the name is an old one", "nothing");
        }
    });
}

#[test]
fn a_name_that_a_rule_had_once_still_selects_it_and_is_told_once() {
    Failures::collect(|failures| {
        for (entry, name) in renamed() {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("bad.sql");
            std::fs::write(&path, entry.bad).expect("it can be written");
            let run = |levels: Levels| {
                engine::run(
                    &Settings {
                        paths: vec![path.clone()],
                        levels,
                        version: Version::NEWEST,
                        ..Settings::default()
                    },
                    false,
                )
            };
            let list = vec![name.to_owned()];
            let selected = run(Levels {
                select: list.clone(),
                ..Levels::default()
            });
            let ignored = run(Levels {
                ignore: list,
                ..Levels::default()
            });
            let speaks = |report: &engine::Report| {
                let mut found = report.findings.iter();
                found.any(|finding| finding.rule == entry.id)
            };
            failures.check(speaks(&selected), entry.id, "findings", "none");
            failures.check(!speaks(&ignored), entry.id, "no findings", "some");
            let told = |notice: &&String| notice.starts_with(&format!("{name} has been split"));
            let notices = selected.notices.iter().filter(told).count();
            failures.equal(entry.id, &1, &notices);
        }
    });
}

#[test]
fn a_block_comment_silences_as_well() {
    let drop = "ALTER TABLE orders DROP COLUMN code;";
    let silent = [
        format!("/* mig-lint: ignore[drop-column] unused */\n{drop}"),
        format!("/* mig-lint: ignore[drop-column] unused */ {drop}"),
        format!("{drop} /* mig-lint: ignore[drop-column] unused */"),
        format!("/* mig-lint: ignore[drop-column]\n   unused since May */\n{drop}"),
        format!("/* mig-lint: ignore-file[drop-column] unused */\n\nSELECT 1;\n{drop}"),
    ];
    Failures::collect(|failures| {
        for text in silent {
            expect(failures, &text, &[], 1);
        }
        // One inside another is none, and neither is one in a string.
        let nested = format!("/* a /* mig-lint: ignore[drop-column] unused */ b */\n{drop}");
        expect(failures, &nested, &["drop-column:2"], 0);
        let quoted = format!("SELECT '/* mig-lint: ignore[drop-column] unused */';\n{drop}");
        expect(failures, &quoted, &["drop-column:2"], 0);
        let below = format!("SELECT 1; /* mig-lint: ignore[drop-column] unused */\n{drop}");
        expect(
            failures,
            &below,
            &["drop-column:2", "unused-suppression:1"],
            0,
        );
    });
}
