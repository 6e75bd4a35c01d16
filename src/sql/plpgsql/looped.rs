//! Loops: what they go over, and how often that is.

use super::{Frame, Reader, up_to};
use crate::ir::{Action, CodeStep, Repeated, Transaction};
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
        let mut names = Vec::new();
        while !targets.is_empty() {
            match targets.label() {
                Some(name) => names.push(name),
                None => _ = targets.next(),
            }
        }
        head.eat("in");
        for name in &names {
            self.constants.set(name, None);
            self.variables.insert(name.clone());
        }
        let numbers = head.text().contains("..");
        let before = (self.code.steps.len(), self.code.unread.len());
        let repeated = if head.eat("execute") {
            self.execute(head);
            self.over_rows(before)
        } else if numbers {
            self.expression(head);
            over_numbers(head)
        } else if head.eat("array") {
            self.expression(head);
            let list = array(head);
            // Of an array that is written out the length is seen.
            let repeated = list.is_none().then_some(Repeated::Unknown);
            self.choose(&names, list);
            repeated
        } else {
            self.statement(head);
            match unnested(head) {
                Some(list) => {
                    self.choose(&names, Some(list));
                    None
                }
                None => self.over_rows(before),
            }
        };
        self.open_loop(!numbers, repeated);
        self.given.extend(names);
    }

    /// `WHILE condition LOOP`: short where a variable counts up to a number that is not far.
    pub(super) fn while_loop(&mut self, cursor: &mut Cursor) {
        let mut condition = up_to(cursor, "loop");
        cursor.eat("loop");
        self.expression(condition);
        let name = condition.label();
        let counts = condition.eat_operator("<") || condition.eat_operator("<=");
        let first = name.and_then(|name| self.constants.number(&name));
        let last = condition.text().parse::<i128>().ok();
        let width = first.zip(last).map(|(first, last)| last - first);
        let short = counts && width.is_some_and(|width| width <= SHORT);
        self.open_loop(true, (!short).then_some(Repeated::Unknown));
    }

    /// The values that a loop gives its one variable, where they can be read.
    fn choose(&mut self, names: &[String], list: Option<Vec<Option<String>>>) {
        if let ([name], Some(list)) = (names, list) {
            self.constants.set(name, list.into_iter().collect());
        }
    }

    /// Opens a loop; `repeated`: it is not known to be a short one.
    pub(super) fn open_loop(&mut self, conditional: bool, repeated: Option<Repeated>) {
        self.loops.extend(repeated);
        self.open(conditional);
    }

    /// END LOOP: where the loop commits, what it gives its variables chooses a piece of what the statements inside that name them work on.
    pub(super) fn close_loop(&mut self, closed: Frame) {
        let given = &self.given[closed.given..];
        let steps = &mut self.code.steps[closed.start..];
        let commits = |step: &CodeStep| {
            matches!(
                &step.action,
                Action::Transaction(Transaction::Commit { .. })
            )
        };
        if !steps.iter().any(commits) {
            return;
        }
        for step in steps {
            if let Action::Dml(dml) = &mut step.action
                && words(&step.written.text).any(|word| given.contains(&word))
            {
                dml.in_pieces = true;
                for within in &mut dml.within {
                    within.in_pieces = true;
                }
            }
        }
    }

    /// How often a loop runs whose query was just read, behind these many steps and parts that cannot be seen.
    fn over_rows(&self, (steps, unread): (usize, usize)) -> Option<Repeated> {
        match self.code.steps[steps..].last().map(|step| &step.action) {
            Some(Action::Dml(dml)) => Some(Repeated::Rows(Arc::new(dml.clone()))),
            // A query that touches nothing: VALUES.
            None if self.code.unread.len() == unread => None,
            _ => Some(Repeated::Unknown),
        }
    }
}

/// The words of a text, folded.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.map(str::to_ascii_lowercase)
}

/// The elements of `ARRAY[...]`, as far as they are strings; a cast may follow.
fn array(mut cursor: Cursor) -> Option<Vec<Option<String>>> {
    cursor.expect("array")?;
    let elements = cursor.brackets()?;
    if cursor.eat_operator("::") {
        cursor.label()?;
        cursor.brackets()?;
    }
    let strings = elements.commas().map(|mut element| {
        let text = element.string()?;
        element.is_empty().then_some(text)
    });
    cursor.is_empty().then(|| strings.collect())
}

/// The same of `SELECT unnest(ARRAY[...])`.
fn unnested(mut cursor: Cursor) -> Option<Vec<Option<String>>> {
    cursor.expect("select")?;
    cursor.eat("* from");
    cursor.expect("unnest")?;
    let list = array(cursor.parentheses()?)?;
    if cursor.eat("as") || !cursor.is_empty() {
        cursor.label()?;
    }
    cursor.is_empty().then_some(list)
}

/// `FOR variable IN [REVERSE] from .. to [BY step]`.
fn over_numbers(mut head: Cursor) -> Option<Repeated> {
    let reverse = head.eat("reverse");
    let text = head.text();
    let text = text
        .split_once("BY")
        .or(text.split_once("by"))
        .map_or(text, |(range, _)| range);
    let number = |text: &str| text.trim().parse::<i128>().ok();
    let width = text.split_once("..").and_then(|(from, to)| {
        let (from, to) = (number(from)?, number(to)?);
        Some(if reverse { from - to } else { to - from })
    });
    width
        .is_none_or(|width| width >= SHORT)
        .then_some(Repeated::Unknown)
}
