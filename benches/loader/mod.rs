//! Django's own loader, asked for the same: every migration imported, the graph built, the state after the last one made.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Processor time of the loader alone, in seconds: Django is imported and set up before.
const SCRIPT: &str = "
import django, time
django.setup()
from django.db.migrations.loader import MigrationLoader
start = time.process_time()
loader = MigrationLoader(None)
state = loader.project_state()
assert len(loader.disk_migrations) >= 500
print(time.process_time() - start)
";

/// A Python that has Django: what `MIG_LINT_DJANGO_PYTHON` names, the environment that `./test --django-real` keeps, else `python3`.
pub(crate) fn python() -> Option<PathBuf> {
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let kept = home.join(".cache/mig-lint/django-real/django5.2/bin/python");
    let named = env::var_os("MIG_LINT_DJANGO_PYTHON").map(PathBuf::from);
    named
        .into_iter()
        .chain([kept, PathBuf::from("python3")])
        .find(|python| {
            let asked = Command::new(python).args(["-c", "import django"]).output();
            asked.is_ok_and(|done| done.status.success())
        })
}

/// What Django's loader takes on the project in `folder`, in processor time.
pub(crate) fn load(python: &Path, folder: &Path) -> Duration {
    let done = Command::new(python)
        .args(["-c", SCRIPT])
        .current_dir(folder)
        .env("DJANGO_SETTINGS_MODULE", "project.settings")
        .output()
        .expect("Python runs");
    let said = String::from_utf8_lossy(&done.stdout);
    let seconds = said.trim().parse().unwrap_or_else(|_| {
        panic!(
            "Django's loader failed: {}",
            String::from_utf8_lossy(&done.stderr)
        )
    });
    Duration::from_secs_f64(seconds)
}
