//! How a runner is told that a migration must not run in a transaction.

use super::Advice;
use crate::finding::{Built, Remedy};
use crate::source::{Framework, Outside};

/// Fits what is to be run outside a transaction to the runner that is to do so.
pub(super) fn dress(mut advice: Advice, remedy: &Remedy, framework: Framework) -> Advice {
    let outside = framework.outside_transaction();
    let head = match outside {
        Outside::Alone => None,
        Outside::Head(head) | Outside::Ended(head) => Some(head),
        Outside::ByHand(_) => Some("-- by hand, with psql"),
    };
    for block in &mut advice.recipe {
        if block.outside_transaction {
            block.head = head;
        }
        if framework == Framework::Goose {
            let mut statements = block.statements.iter_mut();
            statements.by_ref().for_each(bracket);
        }
    }
    let is_odd = matches!(outside, Outside::Ended(_) | Outside::ByHand(_));
    let is_part = is_odd && advice.recipe.iter().any(|it| it.outside_transaction);
    if (is_outside(remedy) || is_part) && framework != Framework::Django {
        advice.help = format!("{}, {}", advice.help, words(outside)).into();
    }
    if let (Remedy::LeaveToRunner, Outside::Head(head)) = (remedy, outside) {
        advice.help = format!("{}, or switch its transaction off: {head}", advice.help).into();
    }
    advice
}

/// Code stands between brackets of its own, since goose ends a statement at each semicolon that ends a line.
fn bracket(statement: &mut String) {
    if statement.contains(";\n") {
        *statement = format!("-- +goose StatementBegin\n{statement}\n-- +goose StatementEnd");
    }
}

/// Whether all of what is advised must run outside a transaction, also where it is not written out.
const fn is_outside(remedy: &Remedy) -> bool {
    matches!(
        remedy,
        Remedy::IndexConcurrently(Built::Created | Built::Implied)
            | Remedy::DropFirst
            | Remedy::ReindexConcurrently
            | Remedy::DropIndexConcurrently
            | Remedy::DetachConcurrently
            | Remedy::OutsideTransaction { sure: true }
    )
}

const fn words(outside: Outside) -> &'static str {
    match outside {
        Outside::Alone | Outside::Head(_) => "alone in a migration that runs outside a transaction",
        Outside::Ended(_) => {
            "behind a COMMIT of its own, which ends the one transaction of all that is pending"
        }
        Outside::ByHand(how) => how,
    }
}
