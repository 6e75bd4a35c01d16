//! What lies among migrations and is none of them, and paths that hold none.

use super::code::Code;
use super::folder::{Folder, Member, Standing};
use super::framework::{self, Convention};
use super::layout::Layout;
use super::unread::{Unread, Why};
use super::{Fault, FaultKind, Framework, Script};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// Files that were not read, as they are found: folded by folder and kind.
#[derive(Default)]
pub(super) struct Remains(BTreeMap<(PathBuf, Why), (Vec<PathBuf>, bool)>);

impl Remains {
    pub(super) fn add(&mut self, path: &Path, why: Why, precedes: bool) {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let (paths, some_precede) = self.0.entry((folder, why)).or_default();
        paths.push(path.to_owned());
        *some_precede |= precedes;
    }

    pub(super) fn unread(self) -> Vec<Unread> {
        let unread = self.0.into_iter().map(|((_, why), (mut paths, precedes))| {
            paths.sort();
            Unread {
                paths,
                why,
                precedes,
                is_all: false,
            }
        });
        unread.collect()
    }

    /// Notes the code that belongs to a history, and marks the migrations that run after it.
    pub(super) fn code(
        &mut self,
        folder: &Folder,
        convention: &Convention,
        scripts: &mut [Script],
        code: &[Code],
    ) {
        let last = scripts.iter().rposition(|script| script.reported);
        for code in code {
            let Some(kind) = code.kind() else { continue };
            let at = position(folder, convention, scripts, code);
            let precedes = last.is_some_and(|last| at <= last);
            if let Some(script) = scripts.get_mut(at) {
                script.after_unread = true;
            }
            if precedes || code.standing > Standing::Context {
                self.add(&code.path, Why::Code(kind), precedes);
            }
        }
    }

    /// What the history does not run of the SQL files in its folder.
    pub(super) fn of_folder(
        &mut self,
        folder: &Folder,
        convention: &Convention,
        member: &Member,
    ) -> bool {
        let framework = convention.habit.framework;
        let why = if (convention.passes_over)(member) {
            None
        } else if let Some(database) = (convention.other_database)(folder) {
            Some(Why::Dialect(database))
        } else if let Some(list) = convention.list {
            Some(Why::Unlisted(list))
        } else {
            let is_misnamed = framework != Framework::Plain && framework::is_version(member.name());
            is_misnamed.then_some(Why::Misnamed(framework))
        };
        if let Some(why) = why {
            self.add(member.path(), why, false);
        }
        why.is_some()
    }
}

/// How many scripts run before a migration in code; without a number in its name nobody knows, so none.
fn position(folder: &Folder, convention: &Convention, scripts: &[Script], code: &Code) -> usize {
    let name = super::path::name(&code.path);
    if !super::candidate::has_number(name) {
        return 0;
    }
    let runs_before = |script: &Script| {
        let path = script.file.path();
        let own = match folder.layout {
            Layout::Folders => path.parent().unwrap_or(path),
            _ => path,
        };
        (convention.order)(super::path::name(own), name) != Ordering::Greater
    };
    let last = scripts.iter().rposition(runs_before);
    last.map_or(0, |last| last + 1)
}

/// The fault of naming a file that is not run on the way up.
pub(super) fn not_up(path: &Path, is_beside: bool) -> Fault {
    Fault::new(
        path,
        FaultKind::DownMigration,
        if is_beside {
            "reverts or verifies a change, and is not checked".into()
        } else {
            "is a down migration, which is not checked".into()
        },
        "name the migration that belongs to it",
    )
}

/// The files that are run.
pub(super) fn paths_of(scripts: &[Script]) -> HashSet<&Path> {
    scripts.iter().map(|script| script.file.path()).collect()
}
