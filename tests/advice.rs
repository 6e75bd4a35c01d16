//! Every SQL that is advised is SQL, however the statement that it is made from is written.

mod common;

use common::recipes::{FORMS, advised};
use common::{Failures, judged, migration, steps};
use mig_lint::config::Settings;
use mig_lint::engine;
use mig_lint::finding::{Block, Finding, Level};
use mig_lint::ir::Migration;
use mig_lint::postgres::Version;
use mig_lint::rule::RULES;
use mig_lint::source::{Framework, Outside, Span, TransactionMode};
use mig_lint::sql::{self, Printed};
use std::path::{Path, PathBuf};

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
    let all: Vec<&String> = findings.iter().flat_map(statements).collect();
    Failures::collect(|failures| {
        for piece in ["'a  b'", "$x$ -- c $x$", "\"P  q\"", "\"a  b\"", "T_p_fkey"] {
            let there = all.iter().any(|sql| sql.contains(piece));
            failures.check(there, "the suggestions", piece, format!("{all:#?}"));
        }
    });
}

/// Lays a history out as its runner wants it: the folder, what is written in it once, and each migration by its number.
struct Layout {
    framework: Framework,
    /// `{n}`: the number of the migration, in four digits.
    path: &'static str,
    once: &'static [(&'static str, &'static str)],
    /// What a file begins with, unless the head of a block says it all.
    up: &'static str,
    /// Where the head of a block stands, if not in the file.
    beside: Option<Beside>,
}

/// The file beside a migration, and what is written in it.
type Beside = (fn(&Path) -> PathBuf, &'static str);

const LAYOUTS: &[Layout] = &[
    Layout {
        framework: Framework::Plain,
        path: "migrations/{n}_step.sql",
        // A plain folder tells nothing of its runner: whoever runs it outside a transaction says so.
        once: &[("mig-lint.toml", "transaction = \"per-statement\"\n")],
        up: "",
        beside: None,
    },
    Layout {
        framework: Framework::GolangMigrate,
        path: "db/{n}_step.up.sql",
        once: &[(
            "go.mod",
            "module m\n\nrequire github.com/golang-migrate/migrate/v4 v4.17.0\n",
        )],
        up: "",
        beside: None,
    },
    Layout {
        framework: Framework::Goose,
        path: "db/{n}_step.sql",
        once: &[],
        up: "-- +goose Up\n",
        beside: None,
    },
    Layout {
        framework: Framework::Sqlx,
        path: "migrations/{n}_step.sql",
        once: &[("Cargo.toml", "[dependencies]\nsqlx = \"0.8\"\n")],
        up: "",
        beside: None,
    },
    Layout {
        framework: Framework::Diesel,
        path: "migrations/2024-01-01-00{n}_step/up.sql",
        once: &[(
            "diesel.toml",
            "[migrations_directory]\ndir = \"migrations\"\n",
        )],
        up: "",
        beside: Some((
            |path| path.with_file_name("metadata.toml"),
            "run_in_transaction = false\n",
        )),
    },
    Layout {
        framework: Framework::Flyway,
        path: "sql/V{n}__step.sql",
        once: &[],
        up: "",
        beside: Some((
            |path| path.with_extension("sql.conf"),
            "executeInTransaction=false\n",
        )),
    },
    Layout {
        framework: Framework::Prisma,
        path: "prisma/migrations/2024010100{n}_step/migration.sql",
        once: &[(
            "prisma/migrations/migration_lock.toml",
            "provider = \"postgresql\"\n",
        )],
        up: "",
        beside: None,
    },
    Layout {
        framework: Framework::Drizzle,
        path: "drizzle/{n}_step.sql",
        once: &[],
        up: "",
        beside: None,
    },
    Layout {
        framework: Framework::Django,
        path: "shop/migrations/{n}_step.py",
        once: &[("shop/migrations/__init__.py", "")],
        up: "",
        beside: None,
    },
    Layout {
        framework: Framework::Supabase,
        path: "supabase/migrations/2024010100{n}_step.sql",
        once: &[("supabase/config.toml", "project_id = \"p\"\n")],
        up: "",
        beside: None,
    },
];

impl Layout {
    /// Writes these migrations, the first of which are there already when the others are written.
    fn write(&self, folder: &Path, migrations: &[Block]) {
        for (name, text) in self.once {
            put(&folder.join(name), text);
        }
        let mut tags = Vec::new();
        for (number, block) in migrations.iter().enumerate() {
            let path = folder.join(self.path.replace("{n}", &format!("{number:04}")));
            if self.framework == Framework::Django {
                put(&path, &in_django(number, block));
                continue;
            }
            let mut text = String::new();
            match (block.head, self.beside) {
                (Some(_), Some((file, switch))) => put(&file(&path), switch),
                (Some(head), None) => text = format!("{head}\n"),
                (None, _) => {}
            }
            text.push_str(self.up);
            let separator = match self.framework {
                Framework::Drizzle => "\n--> statement-breakpoint\n",
                _ => "\n",
            };
            text.push_str(&block.statements.join(separator));
            text.push('\n');
            put(&path, &text);
            let stem = path.file_stem().expect("a name").to_string_lossy();
            tags.push(format!(r#"{{"idx": {number}, "tag": "{stem}"}}"#));
        }
        if self.framework == Framework::Drizzle {
            let tags = tags.join(", ");
            put(
                &folder.join("drizzle/meta/_journal.json"),
                &format!(r#"{{"dialect": "postgresql", "entries": [{tags}]}}"#),
            );
        }
    }
}

/// A migration of Django's that runs a block as it is.
fn in_django(number: usize, block: &Block) -> String {
    let after = match number.checked_sub(1) {
        Some(before) => format!("(\"shop\", \"{before:04}_step\")"),
        None => String::new(),
    };
    let atomic = if block.outside_transaction {
        "    atomic = False\n"
    } else {
        ""
    };
    let mut operations = String::new();
    for sql in &block.statements {
        operations += &format!("        migrations.RunSQL(r\"\"\"{sql}\"\"\"),\n");
    }
    format!(
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n{atomic}    dependencies = [{after}]\n    operations = [\n{operations}    ]\n"
    )
}

fn put(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    std::fs::write(path, text).expect("it can be written");
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
