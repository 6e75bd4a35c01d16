//! How a runner is told that a migration must not run in a transaction.

use super::Advice;
use crate::source::{Framework, Outside};

/// Fits what is to be run outside a transaction to the runner that is to do so.
pub(super) fn dress(mut advice: Advice, framework: Framework) -> Advice {
    let outside = framework.outside_transaction();
    let head = match outside {
        Outside::Alone => None,
        Outside::Head(head) => Some(head),
        Outside::ByHand(_) => Some("-- by hand, with psql"),
    };
    let mut concerned = false;
    for block in &mut advice.recipe {
        if block.outside_transaction {
            block.head = head;
            concerned = true;
        }
    }
    if let Outside::ByHand(how) = outside
        && concerned
    {
        advice.help = format!("{}; {how}", advice.help).into();
    }
    advice
}
