//! BEGIN without COMMIT: nothing of what follows stays. ROLLBACK at the end: the same.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, Statement, Transaction};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};
use crate::source::TransactionMode;

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

fn check(cx: &Whole<'_>) -> Vec<Finding> {
    if cx.is_wrapped() {
        return Vec::new();
    }
    let mut begun: Option<&Statement> = None;
    let mut works = false;
    let mut findings = Vec::new();
    for (_, statement) in cx.statements() {
        let Action::Transaction(transaction) = &statement.action else {
            works |= statement.action.leaves_something();
            continue;
        };
        match transaction {
            Transaction::Begin if begun.is_none() => (begun, works) = (Some(statement), false),
            Transaction::Commit { chain } => {
                begun = begun.filter(|_| *chain);
                works = false;
            }
            Transaction::TwoPhase => begun = None,
            Transaction::Rollback { chain } => {
                if begun.is_some() && works {
                    findings.push(undone(cx, statement));
                }
                begun = begun.filter(|_| *chain);
                works = false;
            }
            _ => {}
        }
    }
    findings.extend(begun.filter(|_| works).map(|statement| open(cx, statement)));
    findings
}

/// Nobody ends what this has begun.
fn open(cx: &Whole<'_>, begin: &Statement) -> Finding {
    let found = cx
        .finding(begin, 0, None, Harm::Fails)
        .says(
            "nothing of what follows stays: no COMMIT ends this transaction",
            "rolled back when the session ends, without an error",
        )
        .help("end it with COMMIT");
    // Who sends the file as one query may go on in the transaction, and commit it.
    let sure = matches!(
        cx.migration.transaction,
        TransactionMode::PerStatement | TransactionMode::None
    );
    if sure && cx.migration.is_transaction_known {
        return found.build();
    }
    found.level(Level::Warning).build()
}

fn undone(cx: &Whole<'_>, rollback: &Statement) -> Finding {
    cx.finding(rollback, 0, None, Harm::Fails)
        .level(Level::Warning)
        .says(
            "ROLLBACK undoes all that this transaction has done, and the migration counts as run",
            "nothing of it stays",
        )
        .help("end it with COMMIT, or remove the statements")
        .build()
}
