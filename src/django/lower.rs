//! SQL text to statements that know where in the Python file they come from.

use super::operation::SqlText;
use super::value::{Piece, Text, Value};
use crate::ir::{Action, Origin, Problem, Sent, Statement};
use crate::source::{SourceFile, Span};
use crate::sql;
use std::sync::Arc;

/// The statements of one migration as they grow.
pub(super) struct Lowered<'f> {
    file: &'f SourceFile,
    pub(super) statements: Vec<Statement>,
    pub(super) problems: Vec<Problem>,
    /// The comments inside SQL that stands in the file.
    pub(super) comments: Vec<Span>,
    /// What is sent to the server.
    pub(super) sent: Vec<Sent>,
    queries: usize,
}

impl<'f> Lowered<'f> {
    pub(super) fn new(file: &'f SourceFile) -> Self {
        Self {
            file,
            statements: Vec::new(),
            problems: Vec::new(),
            comments: Vec::new(),
            sent: Vec::new(),
            queries: 0,
        }
    }

    /// SQL that Django makes for the operation at `span`, or that stands for what its code does.
    pub(super) fn generated(&mut self, sql: &str, span: Span, code: bool) {
        self.send(sql, span, code);
        let parsed = sql::parse(sql, &[Span::new(0, sql.len())], &[]);
        let first = self.statements.len();
        for statement in parsed.statements {
            self.push(&sql[statement.span.start..statement.span.end], span, code);
        }
        // What was made here and cannot be right says nothing of the project: it is not known.
        for problem in parsed.problems {
            self.opaque(span, &problem.message);
        }
        self.share_query(first);
    }

    /// One string of a RunSQL, or of what a function executes, sent by the operation at this place.
    pub(super) fn run_sql(&mut self, sql: &SqlText, by: Span, code: bool) {
        let first = self.statements.len();
        let text = match &sql.params {
            Some(params) => interpolated(&sql.text, params),
            None => sql.text.clone(),
        };
        self.send(&text.text, by, code);
        match text.pieces[..] {
            [Piece { at: 0, span }] if span.len() == text.text.len() && sql.params.is_none() => {
                let parsed = sql::parse(self.file.text(), &[span], &[]);
                self.statements.extend(parsed.statements);
                self.problems.extend(parsed.problems);
                self.comments.extend(sql::comments(self.file.text(), span));
            }
            _ => {
                let parsed = sql::parse(&text.text, &[Span::new(0, text.text.len())], &[]);
                for statement in parsed.statements {
                    let place = place(&text, statement.span, sql.span);
                    self.push(
                        &text.text[statement.span.start..statement.span.end],
                        place,
                        code,
                    );
                }
                for mut problem in parsed.problems {
                    problem.span = place(&text, problem.span, sql.span);
                    self.problems.push(problem);
                }
            }
        }
        self.share_query(first);
    }

    /// An operation that cannot be told.
    pub(super) fn opaque(&mut self, span: Span, reason: &str) {
        self.statements.push(Statement {
            span,
            action: Action::Unknown,
            origin: Origin::Opaque(reason.to_owned()),
            query: None,
            perhaps: false,
            known: None,
        });
    }

    /// It may not come to what was added from `first` on.
    pub(super) fn doubt(&mut self, first: usize, doubtful: bool) {
        for statement in self.statements.iter_mut().skip(first) {
            statement.perhaps = doubtful;
        }
    }

    /// What was added from `first` on is sent as one query: several statements of it run in one transaction.
    ///
    /// Source: `prepare_sql_script` of `django/db/backends/postgresql/operations.py` does not split a script.
    fn share_query(&mut self, first: usize) {
        if self.statements.len() > first + 1 {
            self.share_transaction(first);
        }
    }

    /// What was added from `first` on runs in one transaction of its own.
    pub(super) fn share_transaction(&mut self, first: usize) {
        self.queries += 1;
        for statement in self.statements.iter_mut().skip(first) {
            statement.query = Some(self.queries);
        }
    }

    fn send(&mut self, sql: &str, span: Span, code: bool) {
        self.sent.push(Sent {
            sql: sql.to_owned(),
            span,
            code,
        });
    }

    fn push(&mut self, sql: &str, span: Span, code: bool) {
        let parsed = sql::parse(sql, &[Span::new(0, sql.len())], &[]);
        let text: Arc<str> = sql.into();
        for statement in parsed.statements {
            self.statements.push(Statement {
                span,
                action: statement.action,
                origin: if code {
                    Origin::Code(text.clone())
                } else {
                    Origin::Generated(text.clone())
                },
                query: None,
                perhaps: false,
                known: statement.known,
            });
        }
    }
}

/// Where a part of a computed text stands in the file: from the line where it begins to that where it ends.
fn place(text: &Text, part: Span, whole: Span) -> Span {
    match (text.place(part.start), text.place(part.end)) {
        (Some(start), Some(end)) if start <= end => Span::new(start, end),
        (Some(start), _) => Span::new(start, start),
        _ => whole,
    }
}

/// The text with its parameters, as a driver would put them in.
fn interpolated(text: &Text, params: &[Value]) -> Text {
    let mut result = Text::default();
    let (mut from, mut params) = (0, params.iter().zip(1..));
    while let Some(found) = text.text[from..].find('%') {
        let sign = from + found;
        result.push(&text.slice(from, sign));
        from = match text.text.as_bytes().get(sign + 1) {
            Some(b's') => {
                let literal = params.next().map_or_else(
                    || "NULL".to_owned(),
                    |(value, number)| literal(value, number),
                );
                result.push(&Text::from(literal));
                sign + 2
            }
            Some(b'%') => {
                result.push(&text.slice(sign, sign + 1));
                sign + 2
            }
            _ => {
                result.push(&text.slice(sign, sign + 1));
                sign + 1
            }
        };
    }
    result.push(&text.slice(from, text.text.len()));
    result
}

/// A value as SQL; one that is not known stays a parameter.
fn literal(value: &Value, number: usize) -> String {
    match value {
        Value::Unknown(_) | Value::Name(_) | Value::Call(_) => format!("${number}"),
        Value::Int(int) => int.to_string(),
        Value::Float(float) => float.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Str(text) => format!("'{}'", text.text.replace('\'', "''")),
        _ => "NULL".to_owned(),
    }
}
