//! A Django project as large ones are: ten apps, chains of migrations, relations across apps, data migrations in between.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

/// How many apps there are.
const APPS: usize = 10;

/// Writes a project of `count` migrations; the same count gives the same project.
pub(crate) fn write(root: &Path, count: usize) -> io::Result<()> {
    fs::create_dir_all(root.join("project"))?;
    fs::write(
        root.join("manage.py"),
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'project.settings')\n",
    )?;
    fs::write(root.join("requirements.txt"), "Django==5.2.3\n")?;
    fs::write(root.join("project/__init__.py"), "")?;
    let apps: Vec<String> = (0..APPS).map(|app| format!("app{app}")).collect();
    let settings = format!("INSTALLED_APPS = {apps:?}\nUSE_TZ = True\n");
    fs::write(root.join("project/settings.py"), settings)?;
    for app in &apps {
        let folder = root.join(app).join("migrations");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("__init__.py"), "")?;
        fs::write(root.join(app).join("__init__.py"), "")?;
    }
    for number in 0..count {
        let (app, at) = (number % APPS, number / APPS);
        let path = root.join(format!("app{app}/migrations/{}.py", name(at)));
        fs::write(path, migration(app, at))?;
    }
    Ok(())
}

fn name(at: usize) -> String {
    format!("{:04}_step", at + 1)
}

fn migration(app: usize, at: usize) -> String {
    let mut dependencies = Vec::new();
    if at > 0 {
        dependencies.push(format!("(\"app{app}\", \"{}\")", name(at - 1)));
    }
    if app > 0 {
        dependencies.push(format!("(\"app{}\", \"{}\")", app - 1, name(at)));
    }
    let (before, operations) = operations(app, at);
    format!(
        "import django.db.models.deletion\nfrom django.db import migrations, models\n\n{before}\nclass Migration(migrations.Migration):\n\n    dependencies = [{}]\n\n    operations = [\n{operations}    ]\n",
        dependencies.join(", ")
    )
}

/// What stands before the class, and the operations.
fn operations(app: usize, at: usize) -> (String, String) {
    let mut text = String::new();
    let model = format!("Model{}", at / 10);
    match at % 10 {
        0 => {
            let _ = writeln!(
                text,
                "        migrations.CreateModel(\n            name=\"{model}\",\n            fields=[\n                (\"id\", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name=\"ID\")),"
            );
            for field in 0..12 {
                let _ = writeln!(
                    text,
                    "                (\"name{field}\", models.CharField(blank=True, db_index={}, max_length={}, verbose_name=\"name\")),",
                    if field == 3 { "True" } else { "False" },
                    50 + field
                );
            }
            if app > 0 {
                let _ = writeln!(
                    text,
                    "                (\"parent\", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=\"app{}.{model}\")),",
                    app - 1
                );
            }
            text.push_str("            ],\n            options={\"ordering\": [\"name1\"], \"unique_together\": {(\"name1\", \"name2\")}},\n        ),\n");
        }
        1..=4 => {
            let _ = writeln!(
                text,
                "        migrations.AddField(\n            model_name=\"{}\",\n            name=\"extra{at}\",\n            field=models.IntegerField(default={at}),\n        ),",
                model.to_lowercase()
            );
        }
        5 => {
            let _ = writeln!(
                text,
                "        migrations.AddIndex(\n            model_name=\"{}\",\n            index=models.Index(fields=[\"name1\"], name=\"ix_{app}_{at}\"),\n        ),",
                model.to_lowercase()
            );
        }
        6 | 7 => {
            let _ = writeln!(
                text,
                "        migrations.AlterField(\n            model_name=\"{}\",\n            name=\"name{}\",\n            field=models.CharField(help_text=\"more\", max_length=200),\n        ),",
                model.to_lowercase(),
                at % 10
            );
        }
        8 => {
            let before = format!(
                "def forwards(apps, schema_editor):\n    Model = apps.get_model(\"app{app}\", \"{model}\")\n    Model.objects.filter(extra{}=0).update(name1=\"x\")\n\n",
                at - 5
            );
            return (
                before,
                "        migrations.RunPython(forwards, migrations.RunPython.noop),\n".to_owned(),
            );
        }
        _ => {
            let _ = writeln!(
                text,
                "        migrations.RunSQL(\"UPDATE app{app}_{} SET name2 = 'x' WHERE name1 = 'y'\", migrations.RunSQL.noop),",
                model.to_lowercase()
            );
        }
    }
    (String::new(), text)
}
