//! diesel: `migrations/<version>_<name>/up.sql`, wrapped unless `metadata.toml` beside it says otherwise.

use super::super::folder::{Folder, Member};
use super::super::layout::Layout;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode};
use super::convention::{Convention, Habit};
use super::facts::Facts;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| folder.layout == Layout::Folders,
    scripts,
    habit: Habit {
        framework: Framework::Diesel,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    facts: Facts {
        known_by: "folders that hold `up.sql`",
        unit: "file",
        order: "the folder's name before the first `_`, without `-`, as text",
        switch: "`run_in_transaction = false` in `metadata.toml`",
        outside: Outside::Head("-- run_in_transaction = false in metadata.toml beside it"),
        version: "04cc1b0bc657",
        source: "diesel-rs/diesel diesel_migrations/src/file_based_migrations.rs",
    },
    ..Convention::USUAL
};

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let mut members: Vec<&Member> = folder
        .files
        .iter()
        .filter(|member| member.name() == "up.sql")
        .collect();
    members.sort_by(|a, b| {
        let (a, b) = (a.folder_name(), b.folder_name());
        version(a).cmp(&version(b)).then_with(|| a.cmp(b))
    });
    members
        .into_iter()
        .map(|member| {
            habit.script_unless(
                is_switched_off(folder, member),
                member,
                member.folder_name(),
            )
        })
        .collect()
}

/// The version is what stands before the first `_`, without dashes; versions compare as text.
fn version(folder: &str) -> String {
    let version = folder.split('_').next().unwrap_or_default();
    version.replace('-', "")
}

fn is_switched_off(folder: &Folder, member: &Member) -> bool {
    let metadata = folder.read_beside(member, "metadata.toml");
    let metadata: toml::Table = toml::from_str(&metadata).unwrap_or_default();
    metadata
        .get("run_in_transaction")
        .and_then(toml::Value::as_bool)
        == Some(false)
}
