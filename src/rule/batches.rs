//! Whether what a statement does to many rows can be done piece by piece.

use super::Context;
use crate::ir::{Action, Dml, DmlKind, Execution, Name};

impl Context<'_> {
    /// The column by whose order the rows of a table can be gone through: its primary key, where that is one column.
    #[must_use]
    pub fn batch_key(&self, table: &Name) -> Option<String> {
        let key = self.catalog.find(table)?.primary_key()?;
        match key.columns()[..] {
            [column] => Some(column.to_owned()),
            _ => None,
        }
    }

    /// That of the table whose rows the statement writes or deletes, where it does the same to each row, whatever has become of the others.
    #[must_use]
    pub fn batched_by(&self) -> Option<String> {
        let Action::Dml(dml) = &self.statement.action else {
            return None;
        };
        let target = dml.target.as_ref().filter(|_| !self.step.in_code)?;
        let key = self.batch_key(target)?;
        let is_cut = is_row_by_row(dml, target) && !dml.sets.contains(&key);
        is_cut.then_some(key)
    }
}

fn is_row_by_row(dml: &Dml, target: &Name) -> bool {
    matches!(dml.kind, DmlKind::Update | DmlKind::Delete)
        && dml.execution == Execution::Whole
        && dml.within.is_empty()
        && dml.writes.is_empty()
        && !dml.reads.contains(target)
}
