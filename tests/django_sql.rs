//! The SQL of a Django project equals what real Django of each version printed; see `tests/data/django/README.md`.

mod common;

use common::Failures;
use mig_lint::config::{Arguments, Settings};
use mig_lint::engine::{self, Listing};
use mig_lint::frontend::{Read, View};
use mig_lint::ir::Outline;
use std::fs;
use std::path::{Path, PathBuf};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/django")
}

/// The project as that version of Django sees it.
fn listing(version: (u8, u8)) -> Listing {
    let mut settings = Settings::resolve(Arguments {
        paths: vec![data().join("project")],
        isolated: true,
        ..Arguments::default()
    })
    .expect("good settings");
    settings.django.version = Some(version);
    engine::list(&settings, View::Printed)
}

/// What is sent to the server, as one line each; what code does is no SQL to Django.
fn sent(outline: &Outline) -> Vec<String> {
    let sent = outline.sent.iter().filter(|sent| !sent.code);
    sent.map(|sent| plain(&sent.sql)).collect()
}

/// The statements that Django printed for one migration.
fn printed(text: &str, name: &str) -> Vec<String> {
    let lines = text
        .lines()
        .skip_while(|line| *line != format!("== {name}"))
        .skip(1);
    lines
        .take_while(|line| !line.starts_with("== "))
        .filter(|line| !line.starts_with("--") && !matches!(*line, "BEGIN;" | "COMMIT;"))
        .map(plain)
        .collect()
}

/// Whether a literal of JSON says its type is the driver's affair, not Django's: psycopg 3 does, psycopg2 does not.
fn plain(sql: &str) -> String {
    sql.trim_end_matches(';').replace("::jsonb", "")
}

#[test]
fn the_sql_is_that_of_django() {
    Failures::collect(|failures| {
        for version in [(4, 2), (5, 2), (6, 0)] {
            let (major, minor) = version;
            let path = data().join(format!("sqlmigrate-{major}.{minor}.txt"));
            let text = fs::read_to_string(path).expect("the facts can be read");
            let listing = listing(version);
            assert_eq!(listing.unchecked.len(), 0);
            let is_shop = |read: &&Read| {
                let path = read.migration.file.path();
                path.to_string_lossy().contains("shop")
            };
            let shop: Vec<&Read> = listing.migrations.iter().filter(is_shop).collect();
            assert_eq!(shop.len(), text.matches("== ").count(), "{version:?}");
            for Read {
                migration, outline, ..
            } in shop
            {
                let outline = outline.as_deref().expect("a migration in Python");
                let place = format!("sqlmigrate-{major}.{minor}.txt, {}", migration.name);
                let printed = printed(&text, &migration.name);
                failures.equal(&place, &printed, &sent(outline));
                failures.check(
                    outline.opaque.is_empty(),
                    &place,
                    "nothing opaque",
                    format!("{:?}", outline.opaque),
                );
            }
        }
    });
}

#[test]
fn every_statement_is_known_and_points_into_its_operation() {
    Failures::collect(|failures| {
        for Read {
            migration, outline, ..
        } in listing((5, 2)).migrations
        {
            let (name, problems) = (&migration.name, &migration.problems);
            failures.check(
                problems.is_empty(),
                name,
                "no problem",
                format!("{problems:?}"),
            );
            let outline = outline.expect("a migration in Python");
            for statement in &migration.statements {
                let known = statement.action.kind() != "unknown";
                failures.check(known, name, "a known statement", format!("{statement:?}"));
                let inside = outline.operations.iter().any(|operation| {
                    let operation = operation.span;
                    operation.start <= statement.span.start && statement.span.end <= operation.end
                });
                let text = migration.file.slice(statement.span);
                failures.check(inside, name, "a place in an operation", text);
            }
        }
    });
}
