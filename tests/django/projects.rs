//! Projects as they are: settings, labels and files in other places than a tutorial puts them.

use super::common::Failures;
use super::{checked, json, run, write};
use std::path::Path;
use tempfile::TempDir;

pub(super) const INITIAL: &str = "from django.conf import settings
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
pub(super) fn second(app: &str, operations: &str) -> String {
    format!(
        "from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('{app}', '0001_initial')]
    operations = [{operations}]
"
    )
}

/// Nothing but these files, and that `shop` is a package.
pub(super) fn bare(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    write(folder.path(), "shop/__init__.py", b"");
    for (name, text) in files {
        write(folder.path(), name, text.as_bytes());
    }
    folder
}

/// All SQL of a project.
pub(super) fn all_sql(folder: &Path) -> String {
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
fn what_an_operation_catches_is_not_refused() {
    let once = "import migrations, models
from django.db.utils import ProgrammingError


class Once(migrations.AddField):
    def database_forwards(self, *args):
        try:
            super().database_forwards(*args)
        except ProgrammingError:
            pass
";
    for (class, refused) in [("migrations.AddField", true), ("Once", false)] {
        let again = format!("{class}('order', 'n', models.IntegerField(default=0))");
        let again = second("shop", &again).replace("import migrations, models", once);
        let folder = bare(&[
            ("shop/migrations/0001_initial.py", INITIAL),
            ("shop/migrations/0002_n.py", &again),
        ]);
        let (_, found) = checked(folder.path(), &["."]);
        let told = found.iter().any(|it| it.starts_with("refused-by-server"));
        assert_eq!(told, refused, "{class}: {found:?}");
        // The column was there, and code knows it.
        let breaks = found.iter().any(|it| it.starts_with("required-column"));
        assert!(!breaks, "{class}: {found:?}");
    }
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
