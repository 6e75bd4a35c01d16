//! What stands in a migration, where findings point, what silences them.

use super::common::Failures;
use super::{checked, json, migration, project, run, sql};
use serde_json::Value;

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
    assert!(shown.contains("also: line 15"), "{shown}");
    // What is put together is shown as it is run.
    let (_, found) = json(folder.path(), &["check", "."]);
    assert_eq!(
        found["findings"][1]["sql"],
        "ALTER TABLE item DROP COLUMN id"
    );
}

#[test]
fn comments_of_python_and_of_sql_silence() {
    let body = |operation: &str| {
        format!(
            "from django.db import migrations\n\nclass Migration(migrations.Migration):\n    operations = [\n{operation}    ]\n"
        )
    };
    Failures::collect(|failures| {
        for operation in [
            "        # mig-lint: ignore[drop-column] nobody reads it\n        migrations.RunSQL(\n            'ALTER TABLE item DROP COLUMN code',\n        ),\n",
            "        migrations.RunSQL(  # mig-lint: ignore[drop-column] nobody reads it\n            'ALTER TABLE item DROP COLUMN code',\n        ),\n",
            "        migrations.RunSQL(\n            'ALTER TABLE item DROP COLUMN code',\n        ),  # mig-lint: ignore[drop-column] nobody reads it\n",
            "        migrations.RunSQL('''\n            SELECT 1;\n            -- mig-lint: ignore[drop-column] nobody reads it\n            ALTER TABLE item DROP COLUMN code;\n        '''),\n",
        ] {
            let folder = project(&[("shop/migrations/0001_a.py", &body(operation))]);
            let (code, found) = checked(folder.path(), &["."]);
            failures.equal(operation, &(0, vec![]), &(code, found));
        }
    });
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

#[test]
fn where_a_condition_is_not_known_what_holds_more_operations_is_shown() {
    let drop = "migrations.RunSQL('ALTER TABLE item DROP COLUMN code')";
    let bodies = [
        format!("    operations = [{drop}] if platform.node() else []\n"),
        format!(
            "    operations = (\n        []\n        if platform.node()\n        else [{drop}]\n    )\n"
        ),
        format!(
            "    if platform.node():\n        dependencies = [('elsewhere', '0001_a')]\n        operations = []\n    else:\n        dependencies = []\n        operations = [{drop}]\n"
        ),
        format!("    operations = []\n    if platform.node():\n        operations = [{drop}]\n"),
    ];
    Failures::collect(|failures| {
        for body in bodies {
            let text = format!(
                "import platform\nfrom django.db import migrations\n\nclass Migration(migrations.Migration):\n{body}"
            );
            let folder = project(&[("shop/migrations/0001_a.py", &text)]);
            let (_, listing) = json(folder.path(), &["sql", "."]);
            let statement = &listing["migrations"][0]["statements"][0];
            failures.equal(
                &body,
                "ALTER TABLE item DROP COLUMN code",
                &statement["sql"],
            );
            let (_, found) = checked(folder.path(), &["."]);
            let rules: Vec<&str> = found
                .iter()
                .filter_map(|one| one.split(':').next())
                .collect();
            for rule in ["drop-column", "unknown-statement"] {
                let there = rules.contains(&rule);
                failures.check(there, &body, rule, format!("{found:?}"));
            }
        }
    });
}

#[test]
fn classes_of_packages_are_what_they_are_on_postgresql() {
    let text = "from django.db import migrations, models\nfrom django_cryptography.fields import encrypt\nimport sortedm2m.fields\n\nclass Migration(migrations.Migration):\n    operations = [\n        migrations.CreateModel('Item', [\n            ('id', models.BigAutoField(primary_key=True)),\n            ('secret', encrypt(models.CharField(max_length=20, null=True))),\n            ('comment', models.ForeignKey('django_comments.Comment', models.CASCADE)),\n            ('tags', sortedm2m.fields.SortedManyToManyField(to='shop.Item')),\n        ]),\n    ]\n";
    let folder = project(&[("shop/migrations/0001_a.py", text)]);
    let (_, listing) = json(folder.path(), &["sql", "."]);
    let sql = listing.to_string();
    Failures::collect(|failures| {
        for part in [
            r#"\"secret\" bytea NULL, \"comment_id\" integer NOT NULL"#,
            r#"REFERENCES \"django_comments\" (\"id\")"#,
            r#"\"sort_value\" integer NOT NULL, \"from_item_id\" bigint NOT NULL"#,
        ] {
            failures.check(sql.contains(part), "the SQL", part, &sql);
        }
    });
}

#[test]
fn what_an_operation_does_on_another_database_is_left_out() {
    let class = |name: &str, body: &str| {
        format!(
            "class {name}(migrations.RunSQL):\n    def database_forwards(self, app_label, schema_editor, from_state, to_state):\n{body}\n"
        )
    };
    let super_call = "super().database_forwards(app_label, schema_editor, from_state, to_state)";
    let text = format!(
        "from django.db import migrations\n\nMYSQL = 'mysql'\n\n{}{}{}{}class Migration(migrations.Migration):\n    operations = [Here('SELECT 1'), There('SELECT 2'), NotThere('SELECT 3'), Perhaps('SELECT 4')]\n",
        class(
            "Here",
            &format!(
                "        if schema_editor.connection.vendor.startswith('postgres'):\n            {super_call}\n"
            )
        ),
        class(
            "There",
            &format!(
                "        if schema_editor.connection.vendor == MYSQL:\n            {super_call}\n"
            )
        ),
        class(
            "NotThere",
            &format!(
                "        if schema_editor.connection.vendor == MYSQL:\n            return\n        {super_call}\n"
            )
        ),
        class(
            "Perhaps",
            &format!("        if self.elsewhere():\n            {super_call}\n")
        ),
    );
    let folder = project(&[("shop/migrations/0001_a.py", &text)]);
    let (_, listing) = json(folder.path(), &["sql", "."]);
    let migration = &listing["migrations"][0];
    let statements = migration["statements"].as_array().expect("statements");
    let sql: Vec<&str> = statements
        .iter()
        .filter_map(|statement| statement["sql"].as_str())
        .collect();
    assert_eq!(sql, ["SELECT 1", "SELECT 3", "SELECT 4"]);
    let opaque = migration["opaque"].as_array().expect("notes");
    assert_eq!(opaque.len(), 1, "{opaque:?}");
}

#[test]
fn a_model_that_a_setting_could_replace_is_the_apps_own() {
    let text = "from django.conf import settings\nfrom django.db import migrations, models\n\nclass Migration(migrations.Migration):\n    operations = [\n        migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True))], options={'swappable': 'SHOP_ITEM_MODEL'}),\n        migrations.CreateModel('Part', [('id', models.AutoField(primary_key=True)), ('item', models.ForeignKey(settings.SHOP_ITEM_MODEL, models.CASCADE))]),\n    ]\n";
    let folder = project(&[("shop/migrations/0001_a.py", text)]);
    let (_, listing) = json(folder.path(), &["sql", "."]);
    let sql = listing.to_string();
    assert!(
        sql.contains(r#"FOREIGN KEY (\"item_id\") REFERENCES \"shop_item\" (\"id\")"#),
        "{sql}"
    );
    assert!(sql.contains(r#"\"item_id\" integer NOT NULL"#), "{sql}");
}

#[test]
fn nobody_is_said_to_wait_for_a_table_that_is_made_here() {
    let first = sql("CREATE TABLE item (id int PRIMARY KEY, kind int)");
    let key = sql("ALTER TABLE item ADD CONSTRAINT f FOREIGN KEY (kind) REFERENCES kind (id)");
    Failures::collect(|failures| {
        for (before, tables) in [
            ("SELECT 1", "item and kind"),
            ("CREATE TABLE kind (id int PRIMARY KEY)", "item"),
        ] {
            let folder = project(&[
                ("shop/migrations/0001_a.py", &migration("", &first)),
                (
                    "shop/migrations/0002_b.py",
                    &migration("('shop', '0001_a')", &format!("{}, {key}", sql(before))),
                ),
            ]);
            let (_, report) = json(folder.path(), &["check", "shop/migrations/0002_b.py"]);
            let expected =
                format!("a foreign key checked on the spot stops all writes to {tables}");
            let mut found = report["findings"].as_array().expect("findings").iter();
            let waits = found.find(|finding| finding["rule"] == "fk-without-not-valid");
            failures.equal(before, &expected, &waits.expect("a wait")["message"]);
        }
    });
}
