//! Histories as their runners want them.

use mig_lint::finding::Block;
use mig_lint::source::Framework;
use std::path::{Path, PathBuf};

/// Lays a history out as its runner wants it: the folder, what is written in it once, and each migration by its number.
pub(crate) struct Layout {
    pub(crate) framework: Framework,
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

pub(crate) const LAYOUTS: &[Layout] = &[
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
    /// Where the migration of this number lies.
    pub(crate) fn path(&self, folder: &Path, number: usize) -> PathBuf {
        folder.join(self.path.replace("{n}", &format!("{number:04}")))
    }

    /// Writes these migrations, the first of which are there already when the others are written.
    pub(crate) fn write(&self, folder: &Path, migrations: &[Block]) {
        for (name, text) in self.once {
            put(&folder.join(name), text);
        }
        let mut tags = Vec::new();
        for (number, block) in migrations.iter().enumerate() {
            let path = self.path(folder, number);
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
