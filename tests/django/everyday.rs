//! Everyday Python, and packages and routers that many projects have.

use super::common::Failures;
use super::projects::{INITIAL, all_sql, bare, second};
use super::{checked, write};

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
        "migrations.RunSQL('CREATE INDEX i ON shop_order (n)', hints={'target': 'archive'}), migrations.RunSQL('DROP TABLE shop_order')",
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
    let index = "non-concurrent-index:0002_n.py:6".to_owned();
    assert_eq!(checked(folder.path(), &["."]), (1, vec![index, table]));
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
                &trigger.replace("'shop_order'", "'s\".\"order'"),
                "AFTER UPDATE ON \\\"s\\\".\\\"order\\\" FOR EACH ROW",
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
