//! Hasura: `migrations/<database>/<timestamp>_<name>/up.sql`, one query a file, which the server runs in a transaction.

use super::super::folder::{Folder, Member};
use super::super::layout::Layout;
use super::super::order::{digits, number};
use super::super::{Delivery, Framework, Outside, Script, TransactionMode, surroundings};
use super::convention::{Convention, Habit};
use super::facts::Facts;

pub(super) const CONVENTION: Convention = Convention {
    claims,
    scripts,
    habit: Habit {
        framework: Framework::Hasura,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    facts: Facts {
        known_by: "folders that hold `up.sql` and begin with 13 digits, or `config.yaml` that names its metadata",
        unit: "file",
        order: "by the number that the folder's name begins with",
        switch: "`-- hasura:no-transaction` as the first line",
        outside: Outside::Head("-- hasura:no-transaction"),
        version: "ae63c77a0e42",
        source: "hasura/graphql-engine cli/migrate/detect_no_transaction_test.go; the transaction is the server's, issue 2939",
    },
    ..Convention::USUAL
};

fn claims(folder: &Folder) -> bool {
    let ups = || {
        folder
            .files
            .iter()
            .filter(|member| member.name() == "up.sql")
    };
    // Its timestamps count milliseconds.
    let is_timed = |member: &Member| digits(member.folder_name()).len() == 13;
    folder.layout == Layout::Folders
        && ups().next().is_some()
        && (ups().all(is_timed)
            || ["metadata_directory", "migrations_directory", "metadata:"]
                .iter()
                .any(|key| surroundings::mentions(&folder.root, "config.yaml", key)))
        && !surroundings::has(&folder.root, "diesel.toml")
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let ups = folder.files.iter();
    let mut ups: Vec<&Member> = ups.filter(|member| member.name() == "up.sql").collect();
    let version = |member: &Member| digits(member.folder_name()).to_owned();
    ups.sort_by(|a, b| number(&version(a), &version(b)).then_with(|| a.path().cmp(b.path())));
    let script = |member: &Member| {
        let first = member.text().lines().next().unwrap_or_default();
        let is_off = first.trim() == "-- hasura:no-transaction";
        habit.script_unless(is_off, member, member.folder_name())
    };
    ups.into_iter().map(script).collect()
}
