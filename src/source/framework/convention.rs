//! What a convention is, and what conventions share.

use super::super::folder::{Folder, Member, Standing};
use super::super::layout::Layout;
use super::super::order::natural;
use super::super::{Delivery, Framework, Outside, Script, Span, TransactionMode, WayBack, dialect};
use super::facts::Facts;
use super::twin;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::path::PathBuf;

/// How one tool keeps its migrations.
pub(in super::super) struct Convention {
    /// Whether the folder is one of this tool's.
    pub(super) claims: fn(&Folder) -> bool,
    /// Its migrations in running order.
    pub(super) scripts: fn(&Folder, &Habit) -> Vec<Script>,
    /// What takes one of them back.
    pub(in super::super) way_back: fn(&Folder, &Script) -> WayBack,
    pub(in super::super) habit: Habit,
    /// The folder in which whatever the tool does not run is no migration, where there is one.
    pub(in super::super) home: fn(&Folder) -> Option<PathBuf>,
    /// The file by which the tool goes, where it runs nothing that is not listed there.
    pub(in super::super) list: Option<&'static str>,
    /// The other database that the folder says it is for.
    pub(in super::super) other_database: fn(&Folder) -> Option<&'static str>,
    /// Whether the tool knows such a file and runs it at other times, if at all.
    pub(in super::super) passes_over: fn(&Member) -> bool,
    /// Which of two files runs first, by their names.
    pub(in super::super) order: fn(&str, &str) -> Ordering,
    pub(in super::super) facts: Facts,
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
    /// What most tools share.
    pub(super) const USUAL: Self = Self {
        claims: |_| false,
        scripts: |_, _| Vec::new(),
        way_back: twin::way_back,
        habit: Habit {
            framework: Framework::Plain,
            transaction: TransactionMode::PerFile,
            delivery: Delivery::OneQuery,
            separators: &[],
        },
        home: |_| None,
        list: None,
        other_database: |_| None,
        passes_over: |_| false,
        order: natural,
        facts: Facts {
            known_by: "",
            unit: "file",
            order: "",
            switch: "",
            outside: Outside::Alone,
            version: "",
            source: "",
        },
    };

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
            way_back: WayBack::Missing,
            separators: self.separators,
            reported: member.standing > Standing::Context,
            after_unread: false,
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
    members.sort_by(|a, b| {
        let folders = match folder.layout {
            Layout::Joined => natural(&above(a), &above(b)),
            _ => Ordering::Equal,
        };
        folders
            .then_with(|| natural(a.name(), b.name()))
            .then_with(|| a.path().cmp(b.path()))
    });
    members
}

fn above(member: &Member) -> Cow<'_, str> {
    let above = member.path().parent().unwrap_or(member.path());
    above.to_string_lossy()
}

/// The name without its extension, and without a direction or dialect before that.
pub(super) fn stem(name: &str) -> &str {
    let name = dialect::without_postgres(name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.strip_suffix(".up").unwrap_or(stem)
}

pub(super) fn any_marked(folder: &Folder, framework: Framework) -> bool {
    folder
        .files
        .iter()
        .any(|member| member.marked == Some(framework))
}

/// Whether a file is called as migrations are: its name begins with a version.
pub(in super::super) fn is_version(name: &str) -> bool {
    let version = name.strip_prefix(['V', 'v', 'U']).unwrap_or(name);
    name.starts_with("R_") || version.starts_with(|c: char| c.is_ascii_digit())
}
