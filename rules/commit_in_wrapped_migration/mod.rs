//! COMMIT and ROLLBACK end the transaction that the runner has opened.

use crate::effects::can_run_in_transaction;
use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, Statement, Transaction};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};
use crate::source::{Outside, TransactionMode};

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::ByCase(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

fn check(cx: &Whole<'_>) -> Vec<Finding> {
    if !cx.is_wrapped() || !cx.migration.is_transaction_known {
        return Vec::new();
    }
    finding(cx).into_iter().collect()
}

/// The first statement that ends the runner's transaction.
fn finding(cx: &Whole<'_>) -> Option<Finding> {
    let mut works = false;
    for (at, statement) in cx.statements() {
        match &statement.action {
            Action::Transaction(Transaction::Commit { .. }) if is_meant(cx, at) => return None,
            Action::Transaction(Transaction::Commit { .. }) => {
                return Some(ended(cx, statement, at));
            }
            Action::Transaction(Transaction::Rollback { .. }) => {
                return Some(undone(cx, statement, works));
            }
            action => works |= action.leaves_something(),
        }
    }
    None
}

/// Whether that is the way of this runner to have something run outside of a transaction.
fn is_meant(cx: &Whole<'_>, at: usize) -> bool {
    let next = cx.migration.statements.get(at + 1);
    let alone = next.is_some_and(|next| !can_run_in_transaction(&next.action, cx.catalog));
    alone
        && matches!(
            cx.migration.framework.outside_transaction(),
            Outside::Ended(_)
        )
}

fn ended(cx: &Whole<'_>, commit: &Statement, at: usize) -> Finding {
    let statements = &cx.migration.statements;
    let begin = Action::Transaction(Transaction::Begin);
    let own = statements[0].action == begin && at + 1 == statements.len();
    let all_pending = cx.migration.transaction == TransactionMode::AllPending;
    // Others that run in the same transaction are cut off, but this one is whole.
    let level = if own && all_pending {
        Level::Info
    } else {
        Level::Warning
    };
    cx.finding(commit, 0, None, Harm::Fails)
        .level(level)
        .says(
            "COMMIT ends the transaction that the runner has opened for this migration",
            "what follows, and that the migration is noted as run, is no longer part of it",
        )
        .remedy(Remedy::LeaveToRunner)
        .build()
}

fn undone(cx: &Whole<'_>, rollback: &Statement, works: bool) -> Finding {
    let found = cx
        .finding(rollback, 0, None, Harm::Fails)
        .remedy(Remedy::LeaveToRunner);
    if works {
        let found = found.level(Level::Error).says(
            "ROLLBACK undoes all that this migration has done, and ends the runner's transaction",
            "nothing of it stays, and the migration may count as run",
        );
        return found.build();
    }
    let found = found.says(
        "ROLLBACK ends the transaction that the runner has opened for this migration",
        "what follows, and that the migration is noted as run, is no longer part of it",
    );
    found.build()
}
