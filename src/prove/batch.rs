//! Migrations that run in one transaction: mostly it is one that runs by itself, with some runners all that are pending.

use super::case::{Case, Migration, Statement};

/// Observed migrations that begin and end together.
#[derive(Clone, Copy)]
pub(super) struct Batch<'c> {
    pub(super) first: &'c Migration,
    more: &'c [Migration],
}

impl<'c> Batch<'c> {
    pub(super) fn migrations(self) -> impl Iterator<Item = &'c Migration> {
        std::iter::once(self.first).chain(self.more)
    }

    pub(super) fn statements(self) -> impl Iterator<Item = &'c Statement> {
        self.migrations()
            .flat_map(|migration| &migration.statements)
    }

    /// How many statements it has.
    pub(super) fn len(self) -> usize {
        self.statements().count()
    }

    /// What its runner calls its migrations.
    pub(super) fn name(self) -> String {
        let names: Vec<&str> = self.migrations().map(|one| one.name.as_str()).collect();
        names.join(", ")
    }
}

impl Case {
    /// The observed migrations, those together that run in one transaction.
    pub(super) fn batches(&self) -> impl Iterator<Item = Batch<'_>> {
        let together = self.migrations.chunk_by(|_, next| next.joined);
        let batches = together.filter_map(|together| {
            let (first, more) = together.split_first()?;
            Some(Batch { first, more })
        });
        batches.filter(|batch| batch.first.observed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::TransactionMode;

    #[test]
    fn what_joins_runs_with_what_is_before_it() {
        let migration = |name: &str, observed, joined| Migration {
            name: name.to_owned(),
            path: String::new(),
            transaction: TransactionMode::AllPending,
            statements: Vec::new(),
            afterwards: String::new(),
            observed,
            joined,
            untold: Vec::new(),
            judged_as: 0,
        };
        let case = Case {
            migrations: vec![
                migration("1", false, false),
                migration("2", true, false),
                migration("3", true, true),
                migration("4", true, false),
            ],
            ..Case::default()
        };
        let names: Vec<String> = case.batches().map(Batch::name).collect();
        assert_eq!(names, ["2, 3", "4"]);
    }
}
