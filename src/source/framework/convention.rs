//! What a convention is, and what conventions share.

use super::super::folder::{Folder, Member, Standing};
use super::super::order::natural;
use super::super::{Delivery, Framework, Script, Span, TransactionMode};
use std::path::PathBuf;

/// How one tool keeps its migrations.
pub(in super::super) struct Convention {
    /// Whether the folder is one of this tool's.
    pub(super) claims: fn(&Folder) -> bool,
    /// Its migrations in running order.
    pub(super) scripts: fn(&Folder, &Habit) -> Vec<Script>,
    pub(in super::super) habit: Habit,
    /// The folder in which whatever the tool does not run is no migration, where there is one.
    pub(in super::super) home: fn(&Folder) -> Option<PathBuf>,
}

/// How one tool runs a migration that carries no marker.
#[derive(Clone, Copy)]
pub(in super::super) struct Habit {
    pub(in super::super) framework: Framework,
    pub(super) transaction: TransactionMode,
    pub(super) delivery: Delivery,
    pub(super) separators: &'static [&'static str],
}

impl Convention {
    /// The folder's migrations in running order.
    pub(in super::super) fn scripts(&self, folder: &Folder) -> Vec<Script> {
        (self.scripts)(folder, &self.habit)
    }
}

impl Habit {
    /// A whole file as one migration.
    pub(super) fn script(&self, member: &Member, name: impl Into<String>) -> Script {
        Script {
            file: member.file.clone(),
            name: name.into(),
            framework: self.framework,
            transaction: self.transaction,
            is_transaction_known: self.framework != Framework::Plain,
            delivery: self.delivery,
            up: vec![Span::new(0, member.text().len())],
            separators: self.separators,
            reported: member.standing > Standing::Context,
        }
    }

    /// A whole file as one migration, unwrapped where the tool was told so.
    pub(super) fn script_unless(
        &self,
        switched_off: bool,
        member: &Member,
        name: impl Into<String>,
    ) -> Script {
        let mut script = self.script(member, name);
        if switched_off {
            script.transaction = TransactionMode::None;
        }
        script
    }
}

/// The files that the tool runs, by the numbers in their names.
pub(super) fn numbered(folder: &Folder, runs: impl Fn(&Member) -> bool) -> Vec<&Member> {
    let mut members: Vec<&Member> = folder.files.iter().filter(|member| runs(member)).collect();
    members.sort_by(|a, b| natural(a.name(), b.name()).then_with(|| a.path().cmp(b.path())));
    members
}

/// The name without its extension, and without a direction or dialect before that.
pub(super) fn stem(name: &str) -> &str {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.strip_suffix(".up").unwrap_or(stem)
}

pub(super) fn any_marked(folder: &Folder, framework: Framework) -> bool {
    folder
        .files
        .iter()
        .any(|member| member.marked == Some(framework))
}

pub(super) fn no_home(_: &Folder) -> Option<PathBuf> {
    None
}
