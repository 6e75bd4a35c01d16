//! Loops: what they go over, and how often that is.

use super::{Reader, up_to};
use crate::ir::{Action, Repeated};
use crate::sql::cursor::Cursor;
use std::sync::Arc;

/// A loop that runs no more often is short.
const SHORT: i128 = 10_000;

impl Reader {
    /// `FOR variable IN what LOOP`: over numbers it surely runs, over the rows of a query perhaps.
    pub(super) fn for_loop(&mut self, cursor: &mut Cursor) {
        let mut head = up_to(cursor, "loop");
        cursor.eat("loop");
        let mut targets = head.until(|ahead| ahead.at("in"));
        while !targets.is_empty() {
            if let Some(name) = targets.label() {
                self.variables.insert(name);
            } else {
                targets.next();
            }
        }
        head.eat("in");
        let numbers = head.text().contains("..");
        let before = self.code.steps.len();
        let repeated = if head.eat("execute") {
            self.execute(head);
            self.over_rows(before)
        } else if numbers {
            self.expression(head);
            over_numbers(head)
        } else if head.eat("array") {
            self.expression(head);
            // Of an array that is written out the length is seen.
            (!head.at("array")).then_some(Repeated::Unknown)
        } else {
            self.statement(head);
            self.over_rows(before)
        };
        self.open_loop(!numbers, repeated);
    }

    /// Opens a loop; `repeated`: it is not known to be a short one.
    pub(super) fn open_loop(&mut self, conditional: bool, repeated: Option<Repeated>) {
        self.loops.extend(repeated);
        self.open(conditional);
    }

    /// How often a loop runs whose query was just read, as the last of the steps behind `before`.
    fn over_rows(&self, before: usize) -> Option<Repeated> {
        match self.code.steps[before..].last().map(|step| &step.action) {
            Some(Action::Dml(dml)) => Some(Repeated::Rows(Arc::new(dml.clone()))),
            Some(_) => Some(Repeated::Unknown),
            // A query that touches nothing: VALUES.
            None if self.code.unread.is_empty() => None,
            None => Some(Repeated::Unknown),
        }
    }
}

/// `FOR variable IN [REVERSE] from .. to [BY step]`.
fn over_numbers(mut head: Cursor) -> Option<Repeated> {
    let reverse = head.eat("reverse");
    let text = head.text();
    let text = text.split_once("BY").or(text.split_once("by")).map_or(text, |(range, _)| range);
    let number = |text: &str| text.trim().parse::<i128>().ok();
    let width = text.split_once("..").and_then(|(from, to)| {
        let (from, to) = (number(from)?, number(to)?);
        Some(if reverse { from - to } else { to - from })
    });
    width.is_none_or(|width| width >= SHORT).then_some(Repeated::Unknown)
}
