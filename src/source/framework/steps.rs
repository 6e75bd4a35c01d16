//! A file of steps, as examples are written: each step begins with a comment `-- 1.sql`, or `-- 2.sql no transaction`, and is a migration of its own.

use super::super::folder::Member;
use super::super::{Delivery, Script};
use super::convention::Habit;
use super::sections::{comments, sections};

/// Whether a text is made of steps: it begins with the first.
pub(in super::super) fn is_steps(text: &str) -> bool {
    comments(text)
        .next()
        .is_some_and(|(start, comment)| start == 0 && comment == "1.sql")
}

/// The steps of a file, in order.
pub(super) fn scripts(member: &Member, habit: &Habit) -> Vec<Script> {
    sections(member.text(), step)
        .iter()
        .map(|section| {
            let switched_off = section.comment.ends_with(" no transaction");
            let mut script = habit.script_unless(switched_off, member, section.marker.as_str());
            script.up = vec![section.span];
            script.delivery = Delivery::Statements;
            // The comment says it.
            script.is_transaction_known = true;
            script
        })
        .collect()
}

/// The number of the step that a comment begins.
fn step(comment: &str) -> Option<String> {
    let (number, rest) = comment.split_once(".sql")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && matches!(rest, "" | " no transaction")).then(|| number.to_owned())
}
