//! New migrations of an app: what they are called, what they depend on, and their text.

use super::module::{Module, POSTGRES};
use crate::finding::NewFile;
use crate::fix::apart::mentions;
use crate::fix::lines::Ending;
use crate::fix::pending::Pending;
use std::path::Path;

/// What each operation begins with.
pub(super) const INDENT: &str = "        ";

/// A migration to be made.
pub(super) struct Draft {
    /// What its name ends with.
    pub(super) word: &'static str,
    /// The names that its operations are imported by, from where Django keeps what PostgreSQL alone has.
    pub(super) classes: Vec<&'static str>,
    pub(super) operations: Vec<String>,
    pub(super) is_atomic: bool,
}

/// The new migrations, each behind the one before, the first behind the last of the app; and whether that is this one.
pub(super) fn files(
    pending: &Pending,
    at: usize,
    module: &Module<'_>,
    drafts: &[Draft],
) -> Result<Vec<(NewFile, bool)>, &'static str> {
    let migration = &pending.migrations[at];
    let text = migration.file.text();
    let path = migration.file.path();
    let folder = path.parent().unwrap_or(Path::new(""));
    let stem = |path: &Path| path.file_stem().map(|it| it.to_string_lossy().into_owned());
    let beside = pending
        .history
        .iter()
        .filter(|it| it.parent() == Some(folder));
    let names: Vec<String> = beside.filter_map(|it| stem(it)).collect();
    let own = stem(path).unwrap_or_default();
    let number = |name: &str| name.split('_').next().and_then(|it| it.parse::<u32>().ok());
    let last = names.iter().filter(|it| number(it).is_some());
    let last = last
        .max_by_key(|it| number(it))
        .ok_or("its name has no number")?;
    let mut app = module
        .dependencies
        .iter()
        .filter(|(_, name)| names.contains(name));
    let Some((app, _)) = app.next().filter(|_| number(&own).is_some()) else {
        return Err("the label of its app cannot be told");
    };
    let title = own.split_once('_').map_or("", |(_, title)| title);
    let (mut before, mut next) = (last.clone(), number(last).unwrap_or(0) + 1);
    let mut files = Vec::new();
    for draft in drafts {
        let name = format!("{next:04}_{title}_{}", draft.word);
        let body = draft.operations.iter().map(|it| format!("{INDENT}{it},\n"));
        let body: String = body.collect();
        let import = if draft.classes.is_empty() {
            String::new()
        } else {
            format!("from {POSTGRES} import {}\n", draft.classes.join(", "))
        };
        let imports = imports(module, text, &body);
        let atomic = if draft.is_atomic {
            ""
        } else {
            "    atomic = False\n\n"
        };
        let written = format!(
            "{import}{imports}\n\nclass Migration(migrations.Migration):\n{atomic}    dependencies = [\n        (\"{app}\", \"{before}\"),\n    ]\n\n    operations = [\n{body}    ]\n"
        );
        files.push((
            NewFile {
                path: folder.join(format!("{name}.py")),
                text: Ending::of(text).of_text(&written.replace("\r\n", "\n")),
                is_migration: true,
            },
            *last == own,
        ));
        before = name;
        next += 1;
    }
    Ok(files)
}

/// The imports that operations need: of Django's what they name, of others those that they name something of.
fn imports(module: &Module<'_>, text: &str, body: &str) -> String {
    const OWN: &str = "django.db";
    let models = if mentions(body, "models") {
        ", models"
    } else {
        ""
    };
    let mut imports = String::new();
    let own = format!("from {OWN} import migrations{models}\n");
    let mut is_there = false;
    for import in &module.imports {
        let is_named = import.names.iter().any(|name| mentions(body, name));
        if import.module == OWN {
            imports.push_str(if is_there { "" } else { &own });
            is_there = true;
        } else if is_named && import.module != POSTGRES {
            imports.push_str(&text[import.span.start..import.span.end]);
            imports.push('\n');
        }
    }
    if is_there { imports } else { own + &imports }
}
