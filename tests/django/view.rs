//! `mig-lint sql` prints as `sqlmigrate` does, by a look into the database as it was before the migration; the linter follows what runs.

use super::{json, project};
use tempfile::TempDir;

const MODELS: &str = "from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel('Parent', [('id', models.BigAutoField(primary_key=True))]),
        migrations.CreateModel('Item', [
            ('id', models.BigAutoField(primary_key=True)),
            ('code', models.CharField(max_length=5)),
            ('old', models.ForeignKey('shop.Parent', models.CASCADE)),
        ]),
    ]
";

/// A project in which a second migration does these operations.
fn after(before: &str, attributes: &str, operations: &str) -> TempDir {
    let text = format!(
        "import uuid
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.utils.crypto import get_random_string
{before}

class Migration(migrations.Migration):
    dependencies = [('shop', '0001_a')]
{attributes}
    operations = [
{operations}
    ]
"
    );
    project(&[
        ("shop/migrations/0001_a.py", MODELS),
        ("shop/migrations/0002_b.py", &text),
    ])
}

/// What `command` says is sent to the server by the second migration.
fn sent(folder: &TempDir, command: &str) -> Vec<String> {
    let (_, listing) = json(folder.path(), &[command, "."]);
    let migrations = listing["migrations"].as_array().expect("migrations");
    let last = migrations.last().expect("two migrations");
    let statements = last["statements"].as_array().expect("statements").iter();
    let texts = statements.map(|statement| statement["sql"].as_str().expect("a text").to_owned());
    texts.collect()
}

#[test]
fn names_are_looked_up_before_the_migration_or_while_it_runs() {
    let folder = after(
        "",
        "",
        "        migrations.RenameField('item', 'old', 'new'),
        migrations.AlterField('item', 'new', models.ForeignKey('auth.User', models.CASCADE)),",
    );
    let drops = |command: &str| {
        let sent = sent(&folder, command).into_iter();
        sent.filter(|sql| sql.contains("DROP CONSTRAINT")).count()
    };
    // The rename itself drops the key and adds it again; the change that follows has to find it by the new column.
    assert_eq!(drops("sql"), 1);
    assert_eq!(drops("locks"), 2);
}

#[test]
fn what_django_refuses_is_not_printed() {
    let index = "        AddIndexConcurrently('item', models.Index(fields=['code'], name='i')),";
    assert!(sent(&after("", "", index), "sql").is_empty());
    let apart = after("", "    atomic = False", index);
    assert_eq!(sent(&apart, "sql").len(), 1);
}

#[test]
fn operations_of_the_projects_own_are_read() {
    let classes = "
class Quiet(migrations.AddField):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        schema_editor.execute('SELECT 1')

class Loud(migrations.AddField):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        print('now')
        super().database_forwards(app_label, schema_editor, from_state, to_state)
";
    let folder = after(
        classes,
        "",
        "        Quiet('item', 'a', models.IntegerField(null=True)),
        Loud('item', 'b', models.IntegerField(null=True)),",
    );
    assert_eq!(
        sent(&folder, "sql"),
        [
            "SELECT 1",
            "ALTER TABLE \"shop_item\" ADD COLUMN \"b\" integer NULL"
        ]
    );
}

#[test]
fn a_migration_that_hands_the_state_back_runs_nothing() {
    let apply = "
    def apply(self, project_state, schema_editor, collect_sql=False):
        if settings.DEBUG:
            return super().apply(project_state, schema_editor, collect_sql)
        return project_state
";
    let folder = after("", apply, "        migrations.RemoveField('item', 'code'),");
    assert!(sent(&folder, "sql").is_empty());
}

#[test]
fn random_defaults_look_like_what_they_are() {
    let functions = "
def token():
    return get_random_string(40)

def key():
    return str(uuid.uuid4())
";
    let folder = after(
        functions,
        "",
        "        migrations.AddField('item', 't', models.CharField(max_length=40, default=token)),
        migrations.AddField('item', 'k', models.CharField(max_length=40, default=key)),",
    );
    let texts = sent(&folder, "sql");
    let default = |sql: &str| sql.split('\'').nth(1).unwrap_or_default().to_owned();
    let adds: Vec<String> = texts
        .iter()
        .filter(|sql| sql.contains("ADD"))
        .cloned()
        .collect();
    let [token, key] = &adds[..] else {
        panic!("{texts:?}");
    };
    let token = default(token);
    assert_eq!(token.len(), 40);
    assert!(token.chars().all(|c| c.is_ascii_alphanumeric()), "{token}");
    assert_eq!(
        default(key).split('-').map(str::len).collect::<Vec<_>>(),
        [8, 4, 4, 4, 12]
    );
}
