//! diesel: `migrations/<version>_<name>/up.sql`, wrapped unless `metadata.toml` beside it says otherwise.

use super::super::folder::{Folder, Member};
use super::super::layout::Layout;
use super::super::order::{digits, natural};
use super::super::{Delivery, Framework, Script, TransactionMode};
use super::convention::{Convention, Habit, no_home};
use std::fs;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| folder.layout == Layout::Folders,
    scripts,
    habit: Habit {
        framework: Framework::Diesel,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    home: no_home,
};

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let mut members: Vec<&Member> = folder
        .files
        .iter()
        .filter(|member| member.name() == "up.sql")
        .collect();
    members.sort_by(|a, b| {
        let (a, b) = (a.folder_name(), b.folder_name());
        natural(&version(a), &version(b)).then_with(|| a.cmp(b))
    });
    members
        .into_iter()
        .map(|member| habit.script_unless(is_switched_off(member), member, member.folder_name()))
        .collect()
}

/// The version is what stands before the first `_`, without the dashes of a date.
fn version(folder: &str) -> String {
    let version: String = folder
        .split('_')
        .next()
        .unwrap_or_default()
        .replace('-', "");
    digits(&version).to_owned()
}

fn is_switched_off(member: &Member) -> bool {
    let metadata = member.path().with_file_name("metadata.toml");
    let metadata = fs::read_to_string(metadata).unwrap_or_default();
    let metadata: toml::Table = toml::from_str(&metadata).unwrap_or_default();
    metadata
        .get("run_in_transaction")
        .and_then(toml::Value::as_bool)
        == Some(false)
}
