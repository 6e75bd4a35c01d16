//! A Django project is read as Django reads it: order, places, comments, faults; whatever a file holds, the rest goes on.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// A project with the app `shop`, and more files.
fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let always = [
        (
            "manage.py",
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n",
        ),
        (
            "conf/settings.py",
            "USE_TZ = True\nINSTALLED_APPS = ['shop']\n",
        ),
        ("requirements.txt", "Django==5.2.3\n"),
        ("shop/__init__.py", ""),
        ("shop/migrations/__init__.py", ""),
    ];
    for (name, text) in always.iter().chain(files) {
        write(folder.path(), name, text.as_bytes());
    }
    folder
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    fs::write(path, bytes).expect("it can be written");
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mig-lint"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs")
}

fn json(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let mut all = arguments.to_vec();
    all.extend(["--output-format", "json"]);
    let output = run(folder, &all);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!error.contains("panicked"), "{error}");
    let value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| panic!("{fault}: {error}"));
    (output.status.code().expect("it ends by itself"), value)
}

/// The exit code, and `rule:file:line` of every finding.
fn checked(folder: &Path, arguments: &[&str]) -> (i32, Vec<String>) {
    let mut all = vec!["check"];
    all.extend(arguments);
    let (code, report) = json(folder, &all);
    let findings = report["findings"].as_array().expect("findings").iter();
    let found = findings.map(|finding| {
        let path = finding["path"].as_str().expect("a path");
        let file = path.rsplit('/').next().unwrap_or(path);
        format!(
            "{}:{file}:{}",
            finding["rule"].as_str().expect("a rule"),
            finding["line"]
        )
    });
    (code, found.collect())
}

/// `app.name` of the migrations, in running order.
fn order(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let mut all = vec!["sql"];
    all.extend(arguments);
    let (_, listing) = json(folder, &all);
    let migrations = listing["migrations"].as_array().expect("migrations").iter();
    migrations
        .map(|migration| {
            let text = |key: &str| migration[key].as_str().expect("a text").to_owned();
            format!("{}.{}", text("app"), text("name"))
        })
        .collect()
}

fn migration(dependencies: &str, operations: &str) -> String {
    format!(
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    dependencies = [{dependencies}]\n    operations = [{operations}]\n"
    )
}

fn sql(text: &str) -> String {
    format!("migrations.RunSQL(\"{text}\")")
}

const CREATE: &str = "CREATE TABLE item (id int PRIMARY KEY, code text)";
const DROP: &str = "ALTER TABLE item DROP COLUMN code";

#[test]
fn the_graph_gives_the_order_and_named_files_their_ancestors() {
    let none = sql("SELECT 1");
    let folder = project(&[
        (
            "shop/migrations/0001_a.py",
            &migration("('stock', '__first__')", &sql(CREATE)),
        ),
        (
            "shop/migrations/0002_b.py",
            &migration("('shop', '0001_a'), ('auth', '0001_initial')", &sql(DROP)),
        ),
        (
            "stock/apps.py",
            "class StockConfig(AppConfig):\n    name = 'stock'\n    label = 'stock'\n",
        ),
        ("stock/migrations/0001_x.py", &migration("", &none)),
        (
            "stock/migrations/0002_y.py",
            &migration("('stock', '0001_x'), ('shop', '0002_b')", &none),
        ),
    ]);
    assert_eq!(
        order(folder.path(), &["."]),
        ["stock.0001_x", "shop.0001_a", "shop.0002_b", "stock.0002_y"]
    );
    // A folder names all in it, a file itself; what it needs is context.
    assert_eq!(
        order(folder.path(), &["shop"]),
        ["shop.0001_a", "shop.0002_b"]
    );
    assert_eq!(
        order(folder.path(), &["shop/migrations/0002_b.py"]),
        ["shop.0002_b"]
    );
    let (code, found) = checked(folder.path(), &["shop/migrations/0002_b.py"]);
    assert_eq!(
        (code, found),
        (1, vec!["drop-column:0002_b.py:6".to_owned()])
    );
}

#[test]
fn start_after_makes_context_of_ancestors() {
    let none = sql("SELECT 1");
    let folder = project(&[
        ("shop/migrations/0001_a.py", &migration("", &none)),
        (
            "shop/migrations/0002_b.py",
            &migration("('shop', '0001_a')", &none),
        ),
        (
            "shop/migrations/0003_c.py",
            &migration("('shop', '0002_b')", &none),
        ),
    ]);
    for name in ["shop.0002_b", "0002_b", "0002", "shop.0002"] {
        write(
            folder.path(),
            "mig-lint.toml",
            format!("start-after = \"{name}\"").as_bytes(),
        );
        assert_eq!(order(folder.path(), &["."]), ["shop.0003_c"], "{name}");
    }
    write(
        folder.path(),
        "mig-lint.toml",
        b"start-after = \"shop.0009\"",
    );
    let (code, found) = checked(folder.path(), &["."]);
    assert_eq!((code, found.len()), (2, 1));
}

#[test]
fn squashed_migrations_take_the_place_of_others() {
    let none = sql("SELECT 1");
    let squashed =
        migration("", &none) + "    replaces = [('shop', '0001_a'), ('shop', '0002_b')]\n";
    let folder = project(&[
        ("shop/migrations/0001_a.py", &migration("", &none)),
        ("shop/migrations/0001_squashed.py", &squashed),
        (
            "shop/migrations/0002_b.py",
            &migration("('shop', '0001_a')", &none),
        ),
        (
            "shop/migrations/0003_c.py",
            &migration("('shop', '0002_b')", &none),
        ),
    ]);
    assert_eq!(
        order(folder.path(), &["."]),
        [
            "shop.0001_squashed",
            "shop.0003_c",
            "shop.0001_a",
            "shop.0002_b"
        ]
    );
    let (code, found) = checked(folder.path(), &["."]);
    assert_eq!((code, found), (0, vec![]));
}

#[test]
fn findings_point_at_the_line_of_sql() {
    let text = "from django.db import migrations\n\nTABLE = \"item\"\n\nclass Migration(migrations.Migration):\n    operations = [\n        migrations.RunSQL(\n            \"\"\"\n            SELECT 1;\n            ALTER TABLE item DROP COLUMN code;\n            \"\"\",\n        ),\n        migrations.RunSQL(\n            sql=[\n                f\"ALTER TABLE {TABLE} \"\n                \"DROP COLUMN id\",\n            ],\n        ),\n    ]\n";
    let folder = project(&[("shop/migrations/0001_a.py", text)]);
    let (_, found) = checked(folder.path(), &["."]);
    assert_eq!(
        found,
        ["drop-column:0001_a.py:10", "drop-column:0001_a.py:15"]
    );
    let shown = String::from_utf8(run(folder.path(), &["check", "."]).stdout).expect("text");
    assert!(
        shown.contains("ALTER TABLE item DROP COLUMN code"),
        "{shown}"
    );
    // What is put together is shown as it is run.
    assert!(
        shown.contains("sql: ALTER TABLE item DROP COLUMN id"),
        "{shown}"
    );
}

#[test]
fn comments_of_python_and_of_sql_silence() {
    let body = |operation: &str| {
        format!(
            "from django.db import migrations\n\nclass Migration(migrations.Migration):\n    operations = [\n{operation}    ]\n"
        )
    };
    for operation in [
        "        # mig-lint: ignore[drop-column] nobody reads it\n        migrations.RunSQL(\n            'ALTER TABLE item DROP COLUMN code',\n        ),\n",
        "        migrations.RunSQL(  # mig-lint: ignore[drop-column] nobody reads it\n            'ALTER TABLE item DROP COLUMN code',\n        ),\n",
        "        migrations.RunSQL(\n            'ALTER TABLE item DROP COLUMN code',\n        ),  # mig-lint: ignore[drop-column] nobody reads it\n",
        "        migrations.RunSQL('''\n            SELECT 1;\n            -- mig-lint: ignore[drop-column] nobody reads it\n            ALTER TABLE item DROP COLUMN code;\n        '''),\n",
    ] {
        let folder = project(&[("shop/migrations/0001_a.py", &body(operation))]);
        let (code, found) = checked(folder.path(), &["."]);
        assert_eq!((code, found), (0, vec![]), "{operation}");
    }
    let other = "        # mig-lint: ignore[drop-column] the next one\n        migrations.RunSQL('SELECT 1'),\n        migrations.RunSQL('ALTER TABLE item DROP COLUMN code'),\n";
    let folder = project(&[("shop/migrations/0001_a.py", &body(other))]);
    let (_, found) = checked(folder.path(), &["."]);
    assert_eq!(
        found,
        ["unused-suppression:0001_a.py:5", "drop-column:0001_a.py:7"]
    );
    let whole = "# mig-lint: ignore-file[drop-column] an archive\n".to_owned() + &body(other);
    let folder = project(&[(
        "shop/migrations/0001_a.py",
        &whole.replace("# mig-lint: ignore[drop-column] the next one", "#"),
    )]);
    assert_eq!(checked(folder.path(), &["."]), (0, vec![]));
}

#[test]
fn what_django_stops_at_is_found_in_its_place() {
    let none = sql("SELECT 1");
    let folder = project(&[
        ("shop/migrations/0001_a.py", &migration("", &none)),
        (
            "shop/migrations/0002_b.py",
            &migration("('shop', '0001_a')", &none),
        ),
        (
            "shop/migrations/0002_c.py",
            &migration("('shop', '0001_a')", &none),
        ),
        (
            "stock/migrations/0001_x.py",
            &migration("('stock', '0002_y')", &none),
        ),
        (
            "stock/migrations/0002_y.py",
            &migration("('stock', '0001_x'), ('shop', '0009_z')", &sql(DROP)),
        ),
    ]);
    let (code, mut found) = checked(folder.path(), &["."]);
    found.sort();
    assert_eq!(
        found,
        [
            "broken-migration-graph:0002_c.py:4",
            "broken-migration-graph:0002_y.py:5",
            "broken-migration-graph:0002_y.py:5",
            "drop-column:0002_y.py:6",
        ]
    );
    assert_eq!(code, 1);
}

#[test]
fn bad_files_are_findings_and_the_rest_goes_on() {
    let last = migration("('shop', '0001_a')", &sql(DROP));
    let deep = format!("x = {}{}\n", "(".repeat(5_000), ")".repeat(5_000));
    for (name, text, expected, code) in [
        (
            "print 'x'",
            "print 'python 2'\nclass Migration(M): pass\n".to_owned(),
            "syntax-error:0000_bad.py:1",
            2,
        ),
        (
            "unclosed",
            "class Migration(M):\n    operations = [\n".to_owned(),
            "syntax-error:0000_bad.py",
            2,
        ),
        (
            "no class",
            "x = 1\n".to_owned(),
            "syntax-error:0000_bad.py:1",
            2,
        ),
        ("deep", deep, "syntax-error:0000_bad.py:1", 2),
        ("empty", String::new(), "syntax-error:0000_bad.py:1", 2),
    ] {
        let folder = project(&[
            ("shop/migrations/0000_bad.py", &text),
            ("shop/migrations/0001_a.py", &migration("", &sql(CREATE))),
            ("shop/migrations/0002_b.py", &last),
        ]);
        let (found_code, found) = checked(folder.path(), &["."]);
        let is_expected = |found: &String| found.starts_with(expected);
        assert!(found.iter().any(is_expected), "{name}: {found:?}");
        assert!(
            found.contains(&"drop-column:0002_b.py:6".to_owned()),
            "{name}: {found:?}"
        );
        assert_eq!(found_code, code, "{name}");
    }
}

#[test]
fn an_encoding_is_followed_where_the_file_names_it() {
    let folder = project(&[("shop/migrations/0002_b.py", &migration("", &sql(DROP)))]);
    let text = migration("", &sql("SELECT 'caf\u{e9}'"));
    let bytes: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(c).expect("latin-1"))
        .collect();
    let named = [b"# -*- coding: latin-1 -*-\n", bytes.as_slice()].concat();
    write(folder.path(), "shop/migrations/0001_a.py", &named);
    let (code, listing) = json(folder.path(), &["sql", "shop/migrations/0001_a.py"]);
    assert_eq!(
        listing["migrations"][0]["statements"][0]["sql"],
        "SELECT 'caf\u{e9}'"
    );
    assert_eq!(code, 0);
    write(folder.path(), "shop/migrations/0001_a.py", &bytes);
    let (code, found) = checked(folder.path(), &["."]);
    assert_eq!(code, 2);
    assert!(
        found.contains(&"unreadable-file:0001_a.py:1".to_owned()),
        "{found:?}"
    );
    assert!(
        found.contains(&"drop-column:0002_b.py:6".to_owned()),
        "{found:?}"
    );
}

#[test]
fn ten_thousand_operations_are_read() {
    let many = vec![sql("SELECT 1"); 10_000].join(",\n");
    let folder = project(&[("shop/migrations/0001_a.py", &migration("", &many))]);
    let (code, report) = json(folder.path(), &["check", "."]);
    assert_eq!(report["summary"]["statements"], 10_000);
    assert_eq!(code, 0);
}

#[test]
fn what_cannot_be_known_is_said_and_fails_nothing() {
    let text = "from django.db import migrations\nfrom elsewhere import build\n\nclass Migration(migrations.Migration):\n    operations = [\n        migrations.RunSQL('SELECT 1'),\n        build('x'),\n    ]\n";
    let folder = project(&[("shop/migrations/0001_a.py", text)]);
    let (code, found) = checked(folder.path(), &["."]);
    assert_eq!(
        (code, found),
        (0, vec!["unknown-statement:0001_a.py:7".to_owned()])
    );
    let (code, listing) = json(folder.path(), &["sql", "."]);
    assert_eq!(listing["migrations"][0]["opaque"][0]["line"], 7);
    assert_eq!(code, 0);
}

#[test]
fn statements_of_one_string_share_a_transaction() {
    let atomic = "    atomic = False\n";
    let operations = "migrations.RunSQL('CREATE INDEX CONCURRENTLY i ON item (id)'), migrations.RunSQL('ALTER TABLE item ADD COLUMN a int; SELECT 1'), migrations.RunSQL('SELECT 2')";
    let folder = project(&[(
        "shop/migrations/0001_a.py",
        &(migration("", operations) + atomic),
    )]);
    let (_, report) = json(folder.path(), &["locks", "."]);
    let migration = &report["migrations"][0];
    assert_eq!(migration["framework"], "django");
    assert_eq!(migration["transaction"], "per-statement");
    let statements = migration["statements"].as_array().expect("statements");
    let held: Vec<&Value> = statements
        .iter()
        .map(|statement| &statement["effects"][0]["held"])
        .collect();
    assert_eq!(held[1], "transaction");
    assert_eq!(statements[0]["can_run_in_transaction"], false);
    assert!(
        statements[3]["waits"]
            .as_object()
            .is_some_and(serde_json::Map::is_empty)
    );
}

#[test]
fn what_a_module_of_the_project_says_is_followed() {
    let text = "from shop.names import TABLE, drop\nfrom django.conf import settings\nfrom django.db import migrations\n\nclass Migration(migrations.Migration):\n    operations = [\n        drop(TABLE, 'code'),\n        migrations.RunSQL('SELECT %s' % getattr(settings, 'NUMBER', 1)),\n    ] + [migrations.RunSQL(f'SELECT {n}') for n in range(2) if n > 0]\n";
    let folder = project(&[
        (
            "shop/names.py",
            "from django.db import migrations\nfrom .more import *\n\ndef drop(table, column):\n    '''Drops it.'''\n    sql = 'ALTER TABLE {} DROP COLUMN {}'.format(table, column)\n    return migrations.RunSQL(sql)\n",
        ),
        ("shop/more.py", "PREFIX = 'it'\nTABLE = PREFIX + 'em'\n"),
        ("conf/settings.py", "from .base import *\nNUMBER += 1\n"),
        ("conf/base.py", "NUMBER = 41\n"),
        ("conf/__init__.py", ""),
        ("shop/migrations/0001_a.py", text),
    ]);
    let (_, listing) = json(folder.path(), &["sql", "."]);
    let statements = listing["migrations"][0]["statements"]
        .as_array()
        .expect("statements");
    let sql: Vec<&str> = statements
        .iter()
        .filter_map(|statement| statement["sql"].as_str())
        .collect();
    assert_eq!(
        sql,
        ["ALTER TABLE item DROP COLUMN code", "SELECT 42", "SELECT 1"]
    );
    let (_, found) = checked(folder.path(), &["."]);
    assert_eq!(found, ["drop-column:0001_a.py:7"]);
}
