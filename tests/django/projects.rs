//! Projects as they are: settings, labels and files in other places than a tutorial puts them.

use super::common::Failures;
use super::{checked, json, run, write};
use std::path::Path;
use tempfile::TempDir;

const INITIAL: &str = "from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel('User', [('id', models.UUIDField(primary_key=True))]),
        migrations.CreateModel('Order', [
            ('id', models.BigAutoField(primary_key=True)),
            ('n', models.IntegerField()),
            ('user', models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)),
        ]),
    ]
";

/// A second migration, of these operations.
fn second(app: &str, operations: &str) -> String {
    format!(
        "from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('{app}', '0001_initial')]
    operations = [{operations}]
"
    )
}

/// Nothing but these files, and that `shop` is a package.
fn bare(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    write(folder.path(), "shop/__init__.py", b"");
    for (name, text) in files {
        write(folder.path(), name, text.as_bytes());
    }
    folder
}

/// All SQL of a project.
fn all_sql(folder: &Path) -> String {
    let (_, listing) = json(folder, &["sql", "."]);
    listing["migrations"].to_string()
}

#[test]
fn settings_are_found_in_many_places() {
    let user = "INSTALLED_APPS = ['shop']\nAUTH_USER_MODEL = 'shop.User'\n";
    let names =
        |module: &str| format!("os.environ.setdefault('DJANGO_SETTINGS_MODULE', '{module}')\n");
    Failures::collect(|failures| {
        for files in [
            vec![
                ("manage.py", names("conf.site")),
                ("conf/site.py", user.to_owned()),
            ],
            vec![
                ("conf/wsgi.py", names("conf.site")),
                ("conf/site.py", user.to_owned()),
            ],
            vec![
                (
                    "pyproject.toml",
                    "[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = 'conf.site'\n".to_owned(),
                ),
                ("conf/site.py", user.to_owned()),
            ],
            vec![
                ("manage.py", names("conf.gone")),
                ("conf/deep/base.py", user.to_owned()),
            ],
            vec![(
                "conf/deep/users.py",
                "AUTH_USER_MODEL = 'shop.User'\n".to_owned(),
            )],
        ] {
            let mut all: Vec<(&str, &str)> = files
                .iter()
                .map(|(name, text)| (*name, text.as_str()))
                .collect();
            all.push(("shop/migrations/0001_initial.py", INITIAL));
            let folder = bare(&all);
            let sql = all_sql(folder.path());
            let place = format!("{files:?}");
            failures.check(
                sql.contains("REFERENCES \\\"shop_user\\\""),
                &place,
                "the project's users",
                &sql,
            );
        }
    });
    let folder = bare(&[
        ("conf/deep/users.py", "AUTH_USER_MODEL = 'shop.User'\n"),
        ("shop/migrations/0001_initial.py", INITIAL),
    ]);
    let told = run(folder.path(), &["check", "."]);
    let told = String::from_utf8_lossy(&[told.stdout, told.stderr].concat()).into_owned();
    assert!(
        told.contains("AUTH_USER_MODEL: shop.User, from conf/deep/users.py"),
        "{told}"
    );
}

#[test]
fn labels_are_found_in_many_places() {
    let drop = second("store", "migrations.RemoveField('order', 'n')");
    let config = "from django.apps import AppConfig\nclass C(AppConfig):\n    name = 'core.app'\n    label = 'store'\n";
    Failures::collect(|failures| {
        for (name, text) in [
            ("core/app/apps.py", config),
            ("core/app/__init__.py", config),
            ("core/app/manage.py", ""),
        ] {
            let folder = bare(&[
                ("core/__init__.py", ""),
                ("core/app/__init__.py", ""),
                (name, text),
                ("core/app/migrations/0001_initial.py", INITIAL),
                ("core/app/migrations/0002_n.py", &drop),
            ]);
            let found = checked(folder.path(), &["."]);
            failures.equal(
                name,
                &(1, vec!["drop-column:0002_n.py:6".to_owned()]),
                &found,
            );
            let sql = all_sql(folder.path());
            failures.check(sql.contains("store_order"), name, "the label store", sql);
        }
    });
}

#[test]
fn what_is_no_migration_is_left_alone() {
    let drop = second("shop", "migrations.RemoveField('order', 'n')");
    let shop = [
        ("shop/migrations/0001_initial.py", INITIAL),
        ("shop/migrations/0002_n.py", drop.as_str()),
    ];
    let expected = (1, vec!["drop-column:0002_n.py:6".to_owned()]);
    Failures::collect(|failures| {
        for (name, text) in [
            ("shop/jobs/0001_sample.py", "def run():\n    pass\n"),
            (
                "shop/migrations/0002_n.sql",
                "ALTER TABLE shop_order DROP COLUMN n;",
            ),
            ("shop/sql/views.sql", "DROP TABLE shop_order;"),
        ] {
            let mut files = shop.to_vec();
            files.extend([("shop/jobs/__init__.py", ""), (name, text)]);
            let folder = bare(&files);
            failures.equal(name, &expected, &checked(folder.path(), &["."]));
        }
    });
    // A label that two apps share tells nothing twice.
    let mut files = shop.to_vec();
    files.extend([
        ("a/lrm/migrations/0001_initial.py", INITIAL),
        ("b/lrm/migrations/0001_initial.py", INITIAL),
    ]);
    let folder = bare(&files);
    assert_eq!(checked(folder.path(), &["."]), expected);
}

#[test]
fn a_field_class_that_cannot_be_read_is_not_taken_at_its_word() {
    let fields = "from django.db import models
class Uid(models.CharField):
    def __init__(self, prefix, **kwargs):
        self._null = kwargs.pop('optional', False)
        super().__init__(max_length=len(prefix) + 20, null=self._null)
class Odd(models.CharField):
    def __init__(self, *args, **kwargs):
        if compute():
            super().__init__(null=True)
";
    let text = |field: &str| {
        second(
            "shop",
            &format!("migrations.AddField('order', 'z', {field})"),
        )
        .replace(
            "import migrations, models",
            "import migrations, models\nfrom shop import fields\nimport other",
        )
    };
    let adds = "not-null-column-without-default:0002_z.py:8";
    let unknown = "unknown-statement:0002_z.py:8";
    Failures::collect(|failures| {
        for (field, expected) in [
            ("fields.Uid('o')", adds),
            ("fields.Uid('o', optional=True)", ""),
            ("fields.Odd()", unknown),
            ("other.MoneyField(max_digits=5, decimal_places=2)", unknown),
            ("models.CharField(max_length=5)", adds),
        ] {
            let folder = bare(&[
                ("shop/fields.py", fields),
                ("shop/migrations/0001_initial.py", INITIAL),
                ("shop/migrations/0002_z.py", &text(field)),
            ]);
            let (_, found) = checked(folder.path(), &["."]);
            let found: Vec<&str> = found.iter().map(String::as_str).collect();
            let expected: Vec<&str> = Some(expected)
                .into_iter()
                .filter(|it| !it.is_empty())
                .collect();
            failures.equal(field, &expected, &found);
        }
    });
}

#[test]
fn what_the_connection_sets_counts_in_each_session() {
    let settings = |options: &str| {
        format!(
            "INSTALLED_APPS = ['shop']\nAUTH_USER_MODEL = 'shop.User'\nDATABASES = {{'default': {{'OPTIONS': {{'options': '{options}'}}}}}}\n"
        )
    };
    let hot = "[tables]\nshop_order = { hot = true, rows = 10 }\n";
    let add = second(
        "shop",
        "migrations.AddField('order', 'm', models.IntegerField(null=True))",
    );
    Failures::collect(|failures| {
        for (options, expected) in [
            ("", vec!["lock-without-timeout:0002_m.py:6".to_owned()]),
            (
                "-c statement_timeout=5s",
                vec!["lock-without-timeout:0002_m.py:6".to_owned()],
            ),
            ("-c lock_timeout=2000", vec![]),
        ] {
            let folder = bare(&[
                ("mig-lint.toml", hot),
                ("settings.py", &settings(options)),
                ("shop/migrations/0001_initial.py", INITIAL),
                ("shop/migrations/0002_m.py", &add),
            ]);
            failures.equal(options, &expected, &checked(folder.path(), &["."]).1);
        }
    });
}

#[test]
fn columns_that_count_up_are_serial_before_identity_came() {
    let text = INITIAL.replace("settings.AUTH_USER_MODEL", "'shop.User'");
    Failures::collect(|failures| {
        for (version, column) in [
            ("3.2.1", "\\\"id\\\" bigserial NOT NULL PRIMARY KEY"),
            (
                "4.2.1",
                "\\\"id\\\" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY",
            ),
        ] {
            let needed = format!("Django=={version}\n");
            let folder = bare(&[
                ("requirements.txt", &needed),
                ("shop/migrations/0001_initial.py", &text),
            ]);
            let sql = all_sql(folder.path());
            failures.check(sql.contains(column), version, column, sql);
        }
    });
}

#[test]
fn what_routers_do_not_allow_does_not_run() {
    let router = "class Router:
    own = {'shop'}
    def allow_migrate(self, db, app_label, model_name=None, **hints):
        if hints.get('target') == 'archive':
            return db == 'archive'
        if model_name == 'user':
            return False
        return None
";
    let settings = "INSTALLED_APPS = ['shop']\nDATABASE_ROUTERS = ['conf.routers.Router']\nAUTH_USER_MODEL = 'shop.User'\n";
    let drop = second(
        "shop",
        "migrations.RunSQL('ALTER TABLE shop_order DROP COLUMN n', hints={'target': 'archive'}), migrations.RunSQL('DROP TABLE shop_order')",
    );
    let files = [
        ("settings.py", settings),
        ("conf/routers.py", router),
        ("shop/migrations/0001_initial.py", INITIAL),
        ("shop/migrations/0002_n.py", drop.as_str()),
    ];
    let folder = bare(&files);
    let table = "drop-table:0002_n.py:6".to_owned();
    assert_eq!(checked(folder.path(), &["."]), (1, vec![table.clone()]));
    let sql = all_sql(folder.path());
    assert!(!sql.contains("CREATE TABLE \\\"shop_user"), "{sql}");
    write(
        folder.path(),
        "mig-lint.toml",
        b"[django]\ndatabase = \"archive\"\n",
    );
    let column = "drop-column:0002_n.py:6".to_owned();
    assert_eq!(checked(folder.path(), &["."]), (1, vec![column, table]));
}

#[test]
fn everyday_python_and_everyday_packages_are_read() {
    let python = "from enum import Enum, IntEnum
class Kind(IntEnum):
    A = 1
class Color(str, Enum):
    RED = 'red'
def chunks(rows, n):
    for i in range(0, len(rows), n):
        yield rows[i:i + n]
def closure(n):
    def inner(apps, schema_editor):
        apps.get_model('shop', 'Order').objects.filter(n=n).update(n=0)
    return inner
";
    let head = "from django.db import migrations, models
import itertools
from django.contrib.postgres.search import SearchVector, SearchVectorField
import pgtrigger.compiler
import pgtrigger.migrations
from shop import things
options = {'model': 'shop.Order'}
def taken(apps, schema_editor):
    Model = apps.get_model(*options.pop('model').split('.'))
    Model.objects.update(n=1)
def sliced(apps, schema_editor):
    rows = apps.get_model('shop', 'Order').objects.iterator()
    for row in itertools.chain(rows):
        row.n = 1
        row.save()
";
    let trigger = "pgtrigger.migrations.AddTrigger(model_name='order', trigger=pgtrigger.compiler.Trigger(name='t', sql=pgtrigger.compiler.UpsertTriggerSql(func='RETURN NULL;', hash='h', operation='UPDATE', pgid='pgtrigger_t_1', table='shop_order', when='AFTER'))), pgtrigger.migrations.RemoveTrigger(model_name='order', name='t')";
    Failures::collect(|failures| {
        for (operation, expected) in [
            (
                "migrations.AddField('order', 'k', models.IntegerField(default=things.Kind.A))",
                "integer DEFAULT 1 NOT NULL",
            ),
            (
                "migrations.AddField('order', 'c', models.CharField(max_length=3, default=things.Color['RED']))",
                "DEFAULT 'red' NOT NULL",
            ),
            (
                "migrations.AddField('order', 's', models.GeneratedField(db_persist=True, expression=SearchVector('n', config='english') + SearchVector('n', config='english'), output_field=SearchVectorField()))",
                "to_tsvector('english'::regconfig, COALESCE((\\\"n\\\")::text, '')) || to_tsvector",
            ),
            (
                trigger,
                "CREATE TRIGGER pgtrigger_t_1 AFTER UPDATE ON \\\"shop_order\\\" FOR EACH ROW EXECUTE PROCEDURE pgtrigger_t_1()",
            ),
            (
                trigger,
                "DROP TRIGGER IF EXISTS pgtrigger_t_1 ON \\\"shop_order\\\"",
            ),
            (
                "migrations.RunPython(taken)",
                "UPDATE \\\"shop_order\\\" SET \\\"n\\\" = $2\"",
            ),
            (
                "migrations.RunPython(sliced)",
                "UPDATE \\\"shop_order\\\" SET \\\"n\\\" = $2 WHERE \\\"id\\\" = ANY ($1)",
            ),
            (
                "migrations.RunPython(things.closure(3))",
                "UPDATE \\\"shop_order\\\" SET \\\"n\\\" = $2 WHERE $1",
            ),
            (
                "migrations.AddField('order', 'g', models.GeneratedField(db_persist=True, expression=models.F('n'), output_field=models.PositiveIntegerField()))",
                "GENERATED ALWAYS AS (\\\"n\\\") STORED\"",
            ),
        ] {
            let text = second("shop", operation)
                .replace("from django.db import migrations, models\n", head);
            let folder = bare(&[
                ("shop/things.py", python),
                (
                    "settings.py",
                    "INSTALLED_APPS = ['shop']\nAUTH_USER_MODEL = 'shop.User'\n",
                ),
                ("shop/migrations/0001_initial.py", INITIAL),
                ("shop/migrations/0002_x.py", &text),
            ]);
            let sql = all_sql(folder.path());
            failures.check(sql.contains(expected), operation, expected, &sql);
        }
    });
}

#[test]
fn a_name_that_another_table_takes_is_gone_where_columns_are_missing() {
    let swap = second(
        "shop",
        "migrations.RenameModel('Order', 'B'), migrations.RenameModel('User', 'Order')",
    );
    let folder = bare(&[
        ("settings.py", "INSTALLED_APPS = ['shop']\n"),
        (
            "shop/migrations/0001_initial.py",
            &INITIAL.replace("settings.AUTH_USER_MODEL", "'shop.User'"),
        ),
        ("shop/migrations/0002_swap.py", &swap),
    ]);
    let (_, found) = checked(folder.path(), &["."]);
    let renames = found
        .iter()
        .filter(|found| found.starts_with("rename-table"));
    assert_eq!(renames.count(), 2, "{found:?}");
}
