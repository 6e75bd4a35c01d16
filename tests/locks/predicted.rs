//! What is predicted for the statements of a form, in a database that was set up as on the server.

use crate::common::{judged, migration};
use crate::form::{Form, Observed};
use mig_lint::effects::Effect;
use mig_lint::engine::Prediction;
use mig_lint::ir::{Action, Migration, Transaction};
use mig_lint::postgres::Version;
use mig_lint::source::TransactionMode;
use std::sync::Arc;

/// A statement of a form, and what it is predicted to do.
pub(crate) struct Predicted {
    pub(crate) action: Action,
    pub(crate) known: bool,
    pub(crate) prediction: Option<Box<Prediction>>,
}

impl Predicted {
    pub(crate) fn effects(&self) -> &[Arc<Effect>] {
        let prediction = self.prediction.as_deref();
        prediction.map_or(&[], |prediction| &prediction.effects)
    }
}

/// What was set up, then the form.
pub(crate) fn history(observed: &Observed, form: &Form) -> Vec<Migration> {
    let base = form.base.iter().flat_map(|base| &observed.bases[base]);
    let setup = base.chain(&form.setup).chain(&form.interrupted);
    let before = observed.schema.clone() + &script(setup);
    // The servers of these observations ran with a time zone that is not UTC.
    let zone = "SET timezone = 'Europe/Berlin'".to_owned();
    let text = script([&zone].into_iter().chain(&form.session).chain(&form.sql));
    let mode = if form.in_transaction {
        TransactionMode::PerFile
    } else {
        TransactionMode::None
    };
    vec![
        migration("before.sql", &before, TransactionMode::PerStatement, false),
        migration("form.sql", &text, mode, true),
    ]
}

fn script<'a>(statements: impl Iterator<Item = &'a String>) -> String {
    statements.flat_map(|sql| [sql, ";\n"]).collect()
}

/// Without what ROLLBACK TO SAVEPOINT undoes.
pub(crate) fn predicted(history: &[Migration], form: &Form, version: Version) -> Vec<Predicted> {
    let mut judged = judged(history.to_vec(), version);
    let reports = judged.migrations.pop().expect("the form is reported");
    let parsed = &history.last().expect("the form is there").statements;
    assert_eq!(parsed.len(), reports.statements.len(), "{}", form.form);
    let all = parsed.iter().zip(reports.statements);
    let mut own: Vec<Predicted> = all
        .skip(parsed.len() - form.sql.len())
        .map(|(statement, report)| Predicted {
            action: statement.action.clone(),
            known: report.known,
            prediction: report.prediction,
        })
        .collect();
    let rolls_back =
        |it: &Predicted| matches!(it.action, Action::Transaction(Transaction::RollbackTo(_)));
    // Every form that rolls back begins with its savepoint.
    let undone = own.iter().rposition(rolls_back).map_or(0, |at| at + 1);
    own.split_off(undone)
}
