//! Apps that are installed beside a Django project: their migrations are context, read as text from where packages lie.

use mig_lint::config::Settings;
use mig_lint::engine;
use std::fs;
use std::path::Path;

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(root).expect("a folder can be made");
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

fn migration(dependencies: &str, operations: &str) -> String {
    format!(
        "from django.db import migrations, models\n\nclass Migration(migrations.Migration):\n    dependencies = [{dependencies}]\n    operations = [{operations}]\n"
    )
}

/// A shop that refers to a package in `packages`.
fn project(root: &Path, packages: &str) {
    write(
        root,
        "manage.py",
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n",
    );
    write(root, "site/__init__.py", "");
    write(
        root,
        "site/settings.py",
        "INSTALLED_APPS = ['shop', 'tags.apps.TagsConfig']\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n",
    );
    write(root, "shop/__init__.py", "");
    write(root, "shop/migrations/__init__.py", "");
    let item = "migrations.CreateModel('Item', fields=[('id', models.BigAutoField(primary_key=True)), ('tag', models.ForeignKey('tags.Tag', on_delete=models.CASCADE))])";
    write(
        root,
        "shop/migrations/0001_initial.py",
        &migration("('tags', '0001_initial')", item),
    );
    let tag = "migrations.CreateModel('Tag', fields=[('code', models.CharField(max_length=9, primary_key=True))])";
    for app in ["tags", "not_installed"] {
        let app = format!("{packages}/{app}");
        write(root, &format!("{app}/__init__.py"), "");
        write(root, &format!("{app}/apps.py"), "");
        write(root, &format!("{app}/migrations/__init__.py"), "");
        write(
            root,
            &format!("{app}/migrations/0001_initial.py"),
            &migration("", tag),
        );
    }
}

/// The paths of all migrations of the shop's history, in the order in which they run; those that are told of first.
fn history(settings: &Settings) -> Vec<(String, bool)> {
    let histories = engine::histories(settings).into_iter();
    let migrations = histories.flat_map(|history| history.migrations);
    let name = |path: &Path| {
        let parts: Vec<_> = path.iter().rev().skip(2).take(1).collect();
        parts
            .first()
            .map(|part| part.to_string_lossy().into_owned())
    };
    migrations
        .map(|read| {
            let path = read.migration.file.path().to_owned();
            (name(&path).unwrap_or_default(), read.migration.reported)
        })
        .collect()
}

fn settings(root: &Path) -> Settings {
    Settings {
        paths: vec![root.join("shop")],
        ..Settings::default()
    }
}

#[test]
fn an_installed_app_is_read_from_a_virtual_environment_beside_the_project() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), ".venv/pyvenv.cfg", "home = /usr/bin\n");
    project(folder.path(), ".venv/lib/python3.12/site-packages");
    let mut asked = settings(folder.path());
    let alone = vec![("shop".to_owned(), true)];
    assert_eq!(history(&asked), alone, "nobody asked for what is installed");
    asked.django.finds_environments = true;
    let both = [("tags".to_owned(), false), ("shop".to_owned(), true)];
    assert_eq!(history(&asked), both);
}

#[test]
fn an_installed_app_is_read_from_the_folder_that_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("project");
    // Beside the project's own folder: below that it would be its own.
    project(&root, "../elsewhere");
    let mut asked = settings(&root);
    asked.django.finds_environments = true;
    assert_eq!(history(&asked), [("shop".to_owned(), true)]);
    asked.django.site_packages = vec![folder.path().join("elsewhere")];
    let both = [("tags".to_owned(), false), ("shop".to_owned(), true)];
    assert_eq!(history(&asked), both);
}
