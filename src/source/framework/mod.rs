//! The conventions by which each tool is known, and by which it orders, wraps and sends migrations: one row a tool.

mod atlas;
mod convention;
mod dbmate;
mod diesel;
mod drizzle;
mod facts;
pub(super) mod flyway;
mod golang_migrate;
mod goose;
mod graphile_migrate;
mod hasura;
mod leading_words;
mod liquibase;
mod node_pg_migrate;
mod page;
mod plain;
mod pop;
mod postgres_migrations;
mod prisma;
mod refinery;
mod sections;
pub(super) mod sqitch;
mod sqlx;
mod steps;
mod supabase;
mod twin;

pub(super) use convention::{Convention, is_version};
pub use page::Runner;
pub(super) use steps::is_steps;
pub(super) use twin::is_down;

use super::folder::Folder;
use super::{Framework, Outside};

/// All conventions; the first that claims a folder has it, and the last claims every folder.
const CONVENTIONS: &[Convention] = &[
    sqitch::CONVENTION,
    atlas::CONVENTION,
    graphile_migrate::CONVENTION,
    drizzle::CONVENTION,
    prisma::CONVENTION,
    hasura::CONVENTION,
    diesel::CONVENTION,
    liquibase::CONVENTION,
    goose::CONVENTION,
    dbmate::CONVENTION,
    node_pg_migrate::CONVENTION,
    refinery::CONVENTION,
    flyway::CONVENTION,
    supabase::CONVENTION,
    sqlx::CONVENTION,
    postgres_migrations::CONVENTION,
    pop::CONVENTION,
    golang_migrate::CONVENTION,
    plain::CONVENTION,
];

/// What is known of each runner.
#[must_use]
pub fn runners() -> Vec<Runner> {
    CONVENTIONS.iter().map(Convention::runner).collect()
}

impl Framework {
    /// How its users run one migration outside a transaction. Django's is an attribute of the migration.
    #[must_use]
    pub fn outside_transaction(self) -> Outside {
        let mut rows = CONVENTIONS.iter();
        let row = rows.find(|row| row.habit.framework == self);
        row.map_or(Outside::Alone, |row| row.facts.outside)
    }
}

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
