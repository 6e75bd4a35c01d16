//! The conventions by which each tool is known, and by which it orders, wraps and sends migrations: one row a tool.

mod dbmate;
mod diesel;
mod drizzle;
pub(super) mod flyway;
mod golang_migrate;
mod goose;
mod graphile_migrate;
mod leading_words;
mod liquibase;
mod node_pg_migrate;
mod plain;
mod prisma;
mod refinery;
mod sections;
pub(super) mod sqitch;
mod sqlx;
mod steps;
mod supabase;

pub(super) use plain::is_down;
pub(super) use steps::is_steps;

use super::folder::{Folder, Member};
use super::order::natural;
use super::{Delivery, Framework, Script, Span, TransactionMode};
use std::path::PathBuf;

/// How one tool keeps its migrations.
pub(super) struct Convention {
    /// Whether the folder is one of this tool's.
    claims: fn(&Folder) -> bool,
    /// Its migrations in running order.
    scripts: fn(&Folder, &Habit) -> Vec<Script>,
    pub(super) habit: Habit,
    /// The folder in which whatever the tool does not run is no migration, where there is one.
    pub(super) home: fn(&Folder) -> Option<PathBuf>,
}

/// How one tool runs a migration that carries no marker.
#[derive(Clone, Copy)]
pub(super) struct Habit {
    pub(super) framework: Framework,
    transaction: TransactionMode,
    delivery: Delivery,
    separators: &'static [&'static str],
}

/// All conventions; the first that claims a folder has it, and the last claims every folder.
const CONVENTIONS: &[Convention] = &[
    sqitch::CONVENTION,
    graphile_migrate::CONVENTION,
    drizzle::CONVENTION,
    prisma::CONVENTION,
    diesel::CONVENTION,
    liquibase::CONVENTION,
    goose::CONVENTION,
    dbmate::CONVENTION,
    node_pg_migrate::CONVENTION,
    refinery::CONVENTION,
    flyway::CONVENTION,
    supabase::CONVENTION,
    sqlx::CONVENTION,
    golang_migrate::CONVENTION,
    plain::CONVENTION,
];

/// The framework whose marker stands in the text, if one does.
pub(super) fn marked(text: &str) -> Option<Framework> {
    sections::comments(text).find_map(|(_, comment)| {
        [
            (
                Framework::Liquibase,
                liquibase::is_header as fn(&str) -> bool,
            ),
            (Framework::GraphileMigrate, graphile_migrate::is_header),
            (Framework::Goose, goose::is_annotation),
            (Framework::Dbmate, dbmate::is_marker),
            (Framework::NodePgMigrate, node_pg_migrate::is_heading),
        ]
        .into_iter()
        .find_map(|(framework, is_marker)| is_marker(comment).then_some(framework))
    })
}

/// The convention of this framework, or else the one that claims the folder.
pub(super) fn convention(folder: &Folder, wish: Option<Framework>) -> &'static Convention {
    let last = &CONVENTIONS[CONVENTIONS.len() - 1];
    CONVENTIONS
        .iter()
        .find(|row| wish.map_or_else(|| (row.claims)(folder), |wish| wish == row.habit.framework))
        .unwrap_or(last)
}

impl Convention {
    /// The folder's migrations in running order.
    pub(super) fn scripts(&self, folder: &Folder) -> Vec<Script> {
        (self.scripts)(folder, &self.habit)
    }
}

impl Habit {
    /// A whole file as one migration.
    fn script(&self, member: &Member, name: impl Into<String>) -> Script {
        Script {
            file: member.file.clone(),
            name: name.into(),
            framework: self.framework,
            transaction: self.transaction,
            delivery: self.delivery,
            up: vec![Span::new(0, member.text().len())],
            separators: self.separators,
            reported: member.standing > super::folder::Standing::Context,
        }
    }

    /// A whole file as one migration, unwrapped where the tool was told so.
    fn script_unless(
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
fn numbered(folder: &Folder, runs: impl Fn(&Member) -> bool) -> Vec<&Member> {
    let mut members: Vec<&Member> = folder.files.iter().filter(|member| runs(member)).collect();
    members.sort_by(|a, b| natural(a.name(), b.name()).then_with(|| a.path().cmp(b.path())));
    members
}

/// The name without its extension, and without a direction or dialect before that.
fn stem(name: &str) -> &str {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.strip_suffix(".up").unwrap_or(stem)
}

fn any_marked(folder: &Folder, framework: Framework) -> bool {
    folder
        .files
        .iter()
        .any(|member| member.marked == Some(framework))
}

fn no_home(_: &Folder) -> Option<PathBuf> {
    None
}
