//! Statements that PostgreSQL refuses inside a transaction block.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::Action;
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::source::TransactionMode;

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    if cx.step.can_run_in_transaction || !cx.step.in_transaction && !cx.step.in_code {
        return Vec::new();
    }
    if cx.step.in_code {
        return vec![in_code(cx)];
    }
    // Nobody knows who runs plain files, and how, unless the config says so.
    let begun = cx.begins_transaction();
    let guessed = !cx.is_transaction_known() && !begun;
    let what = what(&cx.statement.action);
    let mut found = cx
        .finding_of_statement(Harm::Fails)
        .says(
            format!("{what} fails inside a transaction block"),
            wrapped(cx, begun),
        )
        .sqlstate(sqlstate(&cx.statement.action))
        .effects(&cx.step.effects)
        .remedy(Remedy::OutsideTransaction { sure: !guessed });
    if guessed {
        found = found.level(Level::Warning);
    }
    vec![found.build()]
}

/// Code is always run by a statement, whoever runs that.
fn in_code(cx: &Context<'_>) -> Finding {
    let what = what(&cx.statement.action);
    cx.finding_of_statement(Harm::Fails)
        .says(
            format!("{what} fails inside a block of code or a function"),
            "the statement that runs the code is one transaction",
        )
        .sqlstate(sqlstate(&cx.statement.action))
        .effects(&cx.step.effects)
        .remedy(Remedy::OutsideCode)
        .build()
}

/// Code that is to commit is run, and stops there: `invalid_transaction_termination`.
const fn sqlstate(action: &Action) -> &'static str {
    match action {
        Action::Do { .. } | Action::Call { .. } => "2D000",
        _ => "25001",
    }
}

fn what(action: &Action) -> String {
    let concurrently = match action {
        Action::CreateIndex(create) => create.concurrently,
        Action::Drop(drop) => drop.concurrently,
        Action::Reindex { concurrently, .. } => *concurrently,
        _ => false,
    };
    let kind = action.kind().replace('-', " ").to_uppercase();
    if concurrently {
        format!("{kind} CONCURRENTLY")
    } else {
        kind
    }
}

fn wrapped(cx: &Context<'_>, begun: bool) -> String {
    let by = match cx.migration.transaction {
        _ if begun => "BEGIN has opened one",
        TransactionMode::Implicit => "sent as one query, several statements are one",
        TransactionMode::AllPending => "all pending migrations run in one",
        _ => "the whole migration runs in one",
    };
    by.to_owned()
}
