//! Files that are not read: each kind is named, with the way to have it read, and the exit code tells.

use super::common::Failures;
use super::{SQL, tree};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A path and a text.
type File<'a> = (&'a str, &'a str);
type Owned<'a> = Vec<(String, &'a str)>;

/// What `mig-lint check` says of these paths: its exit code, and its findings by unread-migration as path, message and help.
fn check(dir: &TempDir, arguments: &[&str]) -> (i32, Vec<[String; 3]>, serde_json::Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_mig-lint"))
        .current_dir(dir.path())
        .args(["check", "--output-format", "json", "--pg-version", "16"])
        .args(arguments)
        .output()
        .unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let findings = document["findings"].as_array().cloned();
    let unread = findings.unwrap_or_default().into_iter();
    let unread = unread.filter(|finding| finding["rule"] == "unread-migration");
    let text = |finding: &serde_json::Value, key: &str| {
        finding[key].as_str().unwrap_or_default().to_owned()
    };
    let unread = unread
        .map(|finding| ["path", "message", "help"].map(|key| text(&finding, key)))
        .collect();
    (output.status.code().unwrap_or(-1), unread, document)
}

/// One folder of each tool: a file, its text, the tool's name, and a word of the way out.
const TOOLS: &[(&str, &str, &str, &str)] = &[
    (
        "rails/db/migrate/20240101000000_create_orders.rb",
        "class CreateOrders < ActiveRecord::Migration[7.1]\n  def change\n  end\nend\n",
        "Rails",
        "bin/rails db:migrate",
    ),
    (
        "sequel/db/migrations/001_create.rb",
        "Sequel.migration do\n  change do\n  end\nend\n",
        "Sequel",
        "sequel -E",
    ),
    (
        "alembic/versions/1975ea83b712_create.py",
        "from alembic import op\ndown_revision = None\ndef upgrade():\n    op.drop_table('a')\n",
        "Alembic",
        "alembic upgrade head --sql | mig-lint -",
    ),
    (
        "flask/migrations/versions/0001_create.py",
        "down_revision = None\ndef upgrade():\n    pass\n",
        "Alembic",
        "alembic upgrade head --sql",
    ),
    (
        "aerich/migrations/models/0_20240101_init.py",
        "from tortoise import BaseDBAsyncClient\nasync def upgrade(db: BaseDBAsyncClient) -> str:\n    return ''\n",
        "Aerich",
        "scratch database",
    ),
    (
        "knex/migrations/20240101000000_orders.js",
        "exports.up = (knex) => knex.schema.createTable('orders', () => {})\n",
        "Knex",
        "npx knex migrate:latest",
    ),
    (
        "typeorm/src/migration/1700000000000-Orders.ts",
        "export class Orders1700000000000 implements MigrationInterface {\n async up(queryRunner) {} }\n",
        "TypeORM",
        "npx typeorm migration:run",
    ),
    (
        "sequelize/migrations/20240101000000-orders.js",
        "module.exports = { up: (queryInterface, Sequelize) => queryInterface.createTable('a') }\n",
        "Sequelize",
        "scratch database",
    ),
    (
        "node-pg/migrations/1700000000000_orders.js",
        "exports.up = (pgm) => { pgm.createTable('orders', {}) }\n",
        "node-pg-migrate",
        "--dry-run",
    ),
    (
        "efcore/Data/Migrations/20240101000000_Orders.cs",
        "public partial class Orders : Migration {\n protected override void Up(MigrationBuilder migrationBuilder) {} }\n",
        "EF Core",
        "dotnet ef migrations script",
    ),
    (
        "ecto/priv/repo/migrations/20240101000000_orders.exs",
        "defmodule Shop.Repo.Migrations.Orders do\n  use Ecto.Migration\nend\n",
        "Ecto",
        "mix ecto.migrate --log-migrations-sql",
    ),
    (
        "laravel/database/migrations/2024_01_01_000000_orders.php",
        "<?php\nuse Illuminate\\Database\\Migrations\\Migration;\n",
        "Laravel",
        "php artisan migrate --pretend",
    ),
    (
        "doctrine/migrations/Version20240101000000.php",
        "<?php\nuse Doctrine\\Migrations\\AbstractMigration;\n",
        "Doctrine",
        "--write-sql",
    ),
    (
        "phinx/db/migrations/20240101000000_orders.php",
        "<?php\nuse Phinx\\Migration\\AbstractMigration;\n",
        "Phinx",
        "phinx migrate --dry-run",
    ),
    (
        "seaorm/migration/src/m20240101_000001_orders.rs",
        "impl MigrationTrait for Migration {}\n",
        "SeaORM",
        "scratch database",
    ),
    (
        "liquibase/db/changelog/changes/orders.xml",
        "<databaseChangeLog><changeSet id=\"1\" author=\"a\"/></databaseChangeLog>\n",
        "Liquibase",
        "liquibase update-sql",
    ),
    (
        "yaml/db/changelog/db.changelog-master.yaml",
        "databaseChangeLog:\n  - changeSet:\n      id: 1\n",
        "Liquibase",
        "liquibase update-sql",
    ),
    (
        "flyway/src/main/java/db/migration/V2__orders.java",
        "public class V2__orders extends BaseJavaMigration {}\n",
        "Flyway",
        "scratch database",
    ),
    (
        "goose/migrations/00002_orders.go",
        "package migrations\nimport \"github.com/pressly/goose/v3\"\nfunc init() { goose.AddMigrationContext(up, down) }\n",
        "goose",
        "scratch database",
    ),
    (
        "fizz/migrations/20240101000000_orders.up.fizz",
        "create_table(\"orders\") {}\n",
        "pop",
        "scratch database",
    ),
];

#[test]
fn a_folder_of_each_tool_is_called_by_its_name() {
    let files: Vec<(&str, &str)> = TOOLS
        .iter()
        .map(|(path, text, ..)| (*path, *text))
        .collect();
    let dir = tree(&files);
    let (code, unread, document) = check(&dir, &["."]);
    Failures::collect(|failures| {
        failures.equal("exit code", &2, &code);
        let unchecked = &document["summary"]["unchecked_files"];
        failures.equal(
            "unchecked files",
            &serde_json::json!(TOOLS.len()),
            unchecked,
        );
        failures.equal("findings", &TOOLS.len(), &unread.len());
        for (path, _, tool, way) in TOOLS {
            let found = unread.iter().find(|[found, ..]| found == path);
            let Some([_, message, help]) = found else {
                failures.note(*path, "a finding", "none");
                continue;
            };
            let names = message.contains(&format!("this {tool} migration"));
            failures.check(names, path, tool, message);
            failures.check(help.contains(way), path, way, help);
            let root = path.split('/').next().unwrap_or_default();
            for named in [*path, root] {
                let (code, unread, _) = check(&dir, &[named]);
                failures.equal(format!("{named}: exit code"), &2, &code);
                failures.equal(format!("{named}: findings"), &1, &unread.len());
            }
        }
    });
}

#[test]
fn the_place_tells_the_tool_where_the_text_does_not() {
    let cases = [
        ("db/migrate/20240101000000_x.rb", "Rails"),
        ("alembic/versions/ab12cd34_x.py", "Alembic"),
        ("priv/repo/migrations/20240101000000_x.exs", "Ecto"),
        ("database/migrations/2024_01_01_000000_x.php", "Laravel"),
        ("Data/Migrations/20240101000000_X.cs", "EF Core"),
        ("src/main/java/db/migration/V2__x.java", "Flyway"),
        ("migrations/20240101000000_x.js", "JavaScript"),
        ("migrations/1700000000000_x/up.yaml", "Hasura"),
    ];
    Failures::collect(|failures| {
        for (path, word) in cases {
            let dir = tree(&[(path, "- type: run_sql\n")]);
            let (code, unread, _) = check(&dir, &["."]);
            failures.equal(path, &2, &code);
            let message = unread.first().map_or("", |[_, message, _]| message);
            failures.check(message.contains(word), path, word, message);
        }
    });
}

#[test]
fn what_is_no_migration_is_no_finding() {
    let dir = tree(&[
        ("migrations/1_a.sql", SQL),
        ("alembic/env.py", "from alembic import context\n"),
        ("src/01_report.js", "const knex = require('knex')\n"),
        ("migrations/README.md", "knex\n"),
        ("migrations/helpers.js", "module.exports = (knex) => knex\n"),
        ("Migrations/1_A.Designer.cs", "MigrationBuilder \n"),
        (
            "migrations/2_b_test.go",
            "package migrations // pressly/goose\n",
        ),
    ]);
    let (code, unread, _) = check(&dir, &["."]);
    assert_eq!((code, unread), (0, Vec::new()));
}

#[test]
fn files_that_their_runner_does_not_run_are_named_by_kind() {
    let journal = r#"{"dialect": "postgresql", "entries": [{"idx": 0, "tag": "0000_a"}]}"#;
    let cases: &[(&[File<'_>], &str, &str)] = &[
        (
            &[("m/1_a.sql", SQL), ("m/1_a.sql.mysql", SQL)],
            "m/1_a.sql.mysql",
            "for MySQL",
        ),
        (
            &[("m/1_a.up.sql", SQL), ("m/1_a.sqlite3.up.sql", SQL)],
            "m/1_a.sqlite3.up.sql",
            "for SQLite",
        ),
        (
            &[("m/1_a.sql", SQL), ("m/2_b.sql.j2", "{{ a }}")],
            "m/2_b.sql.j2",
            "no SQL before",
        ),
        (
            &[
                ("m/meta/_journal.json", journal),
                ("m/0000_a.sql", SQL),
                ("m/0001_b.sql", SQL),
            ],
            "m/0001_b.sql",
            "meta/_journal.json does not list it",
        ),
        (
            &[
                (
                    "m/sqitch.plan",
                    "%project=p\n\na 2024-01-01T00:00:00Z A <a@b> # a\n",
                ),
                ("m/deploy/a.sql", SQL),
                ("m/deploy/b.sql", SQL),
                ("m/verify/a.sql", SQL),
                ("m/revert/a.sql", SQL),
            ],
            "m/deploy/b.sql",
            "sqitch.plan does not list it",
        ),
        (
            &[
                ("m/atlas.sum", "h1:x=\n1_a.sql h1:y=\n"),
                ("m/1_a.sql", SQL),
                ("m/2_b.sql", SQL),
            ],
            "m/2_b.sql",
            "atlas.sum does not list it",
        ),
        (
            &[("m/V1__a.sql", SQL), ("m/V2_b.sql", SQL)],
            "m/V2_b.sql",
            "not called as flyway",
        ),
        (
            &[("m/1_a.up.sql", SQL), ("m/2_b.sql", SQL)],
            "m/2_b.sql",
            "not called as golang-migrate",
        ),
        (
            &[("m/1_a.sql", SQL), ("m/2_b.sh", "psql\n")],
            "m/2_b.sh",
            "code in shell",
        ),
    ];
    Failures::collect(|failures| {
        for (files, path, word) in cases {
            let dir = tree(files);
            let (code, unread, _) = check(&dir, &["m"]);
            failures.equal(format!("{path}: exit code"), &0, &code);
            let [[found, message, _]] = &unread[..] else {
                failures.note(*path, "one finding", format!("{unread:?}"));
                continue;
            };
            failures.equal(*path, &(*path).to_owned(), found);
            failures.check(message.contains(word), path, word, message);
        }
    });
}

#[test]
fn many_files_of_one_kind_are_one_finding() {
    let text = "package m // pressly/goose\n";
    let names: Vec<String> = (10..60).map(|at| format!("m/{at}_x.go")).collect();
    let mut files: Vec<(&str, &str)> = names.iter().map(|name| (&**name, text)).collect();
    files.push(("m/01_a.sql", "-- +goose Up\nSELECT 1;\n"));
    let (code, unread, _) = check(&tree(&files), &["m"]);
    assert_eq!((code, unread.len()), (0, 1));
    assert!(
        unread[0][1]
            .starts_with("50 goose migrations of this folder, up to 59_x.go, were not read")
    );
}

#[test]
fn after_what_was_not_read_nothing_is_known() {
    let table = "CREATE TABLE t (a varchar(10), b int, CONSTRAINT b_set CHECK (b IS NOT NULL));\n";
    let goose = |sql: &str| format!("-- +goose Up\n{sql}");
    let (first, wider) = (
        goose(table),
        goose("ALTER TABLE t ALTER COLUMN a TYPE varchar(20);\n"),
    );
    let not_null = goose("ALTER TABLE t ALTER COLUMN b SET NOT NULL;\n");
    let gone = goose("ALTER TABLE IF EXISTS u DROP COLUMN c;\n");
    let code = "package m // pressly/goose\n";
    let java = "class V2__x extends BaseJavaMigration {}";
    let flyway = "src/main/resources/db/migration";
    let cases: &[(&str, Owned<'_>, &str, bool)] = &[
        (
            "nothing unread",
            vec![("m/1_a.sql".into(), &first), ("m/3_c.sql".into(), &wider)],
            "m/3_c.sql",
            false,
        ),
        (
            "code before",
            vec![
                ("m/1_a.sql".into(), &first),
                ("m/2_b.go".into(), code),
                ("m/3_c.sql".into(), &wider),
            ],
            "m/3_c.sql",
            true,
        ),
        (
            "code before, a proof",
            vec![
                ("m/1_a.sql".into(), &first),
                ("m/2_b.go".into(), code),
                ("m/3_c.sql".into(), &not_null),
            ],
            "m/3_c.sql",
            true,
        ),
        (
            "code before, a table that may have been made",
            vec![
                ("m/1_a.sql".into(), &first),
                ("m/2_b.go".into(), code),
                ("m/3_c.sql".into(), &gone),
            ],
            "m/3_c.sql",
            true,
        ),
        (
            "code later",
            vec![
                ("m/1_a.sql".into(), &first),
                ("m/4_b.go".into(), code),
                ("m/3_c.sql".into(), &wider),
            ],
            "m/3_c.sql",
            false,
        ),
        (
            "Java of Flyway, in a folder of its own",
            vec![
                (format!("{flyway}/V1__a.sql"), table),
                ("src/main/java/db/migration/V9__later.java".into(), java),
                ("src/main/kotlin/db/migration/V2__x.kt".into(), java),
                (
                    format!("{flyway}/V3__c.sql"),
                    "ALTER TABLE t ALTER COLUMN a TYPE varchar(20);\n",
                ),
            ],
            "src/main/resources/db/migration/V3__c.sql",
            true,
        ),
    ];
    Failures::collect(|failures| {
        for (what, files, named, is_error) in cases {
            let files: Vec<(&str, &str)> =
                files.iter().map(|(path, text)| (&**path, *text)).collect();
            let dir = tree(&files);
            for path in [*named, Path::new(named).parent().unwrap().to_str().unwrap()] {
                let (_, unread, document) = check(&dir, &[path]);
                let findings = document["findings"].as_array().cloned().unwrap_or_default();
                let found = findings
                    .iter()
                    .any(|finding| finding["path"] == *named && finding["level"] == "error");
                failures.equal(format!("{what}, {path}: an error"), is_error, &found);
                let is_told = !unread.is_empty() || !is_error;
                failures.check(is_told, format!("{what}, {path}"), "is told", "nothing");
            }
        }
    });
}

/// A Django project with these databases, and requirements.
fn project(databases: &str, requirements: &str) -> TempDir {
    let settings = format!("INSTALLED_APPS = ['shop']\nDATABASES = {{{databases}}}\n");
    let migration = "from django.db import migrations\nclass Migration(migrations.Migration):\n    operations = []\n";
    tree(&[
        (
            "manage.py",
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n",
        ),
        ("site/settings.py", &settings),
        ("site/__init__.py", ""),
        ("requirements.txt", requirements),
        ("shop/__init__.py", ""),
        ("shop/migrations/__init__.py", ""),
        ("shop/migrations/0001_initial.py", migration),
    ])
}

#[test]
fn a_django_project_for_another_database_is_passed_over_with_a_word() {
    let mysql = "'default': {'ENGINE': 'django.db.backends.mysql'}";
    let sqlite = "'default': {'ENGINE': 'django.db.backends.sqlite3'}";
    let both = "'default': {'ENGINE': 'django.db.backends.sqlite3'}, 'b': {'ENGINE': 'django.db.backends.postgresql'}";
    let chosen = "'default': {'ENGINE': env('ENGINE', 'django.db.backends.sqlite3')}";
    Failures::collect(|failures| {
        for (databases, requirements, other) in [
            (mysql, "django\n", Some("MySQL")),
            (sqlite, "django\n", Some("SQLite")),
            (sqlite, "django\npsycopg[binary]\n", None),
            (both, "django\n", None),
            (chosen, "django\n", None),
            ("", "django\n", None),
        ] {
            let dir = project(databases, requirements);
            for named in [".", "shop/migrations/0001_initial.py"] {
                let place = format!("{databases} {requirements:?} {named}");
                let (code, unread, _) = check(&dir, &[named]);
                let wanted = if other.is_some() { 2 } else { 0 };
                failures.equal(&place, &wanted, &code);
                let said = unread.first().map(|[_, message, _]| message.as_str());
                match other {
                    None => failures.equal(&place, &None, &said),
                    Some(other) => {
                        let is_said = said.is_some_and(|said| said.contains(other));
                        failures.check(is_said, &place, other, said.unwrap_or_default());
                    }
                }
            }
        }
    });
}
