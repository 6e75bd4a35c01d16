//! One statement of a body of code, without the words of control before it.

use super::Reader;
use crate::ir::{Action, Dml, ExprNode, UnreadReason, Written};
use crate::source::Span;
use crate::sql::cursor::Cursor;
use crate::sql::split::Splitter;
use crate::sql::token::{Token, TokenKind};
use crate::sql::{dispatch, procedural};

/// Statements of PL/pgSQL that touch no relation.
const IDLE: &[&str] = &["null", "exit", "continue", "get", "close", "fetch", "move"];

/// Code in more bodies of code than that is not read: it could be nested without end.
const DEEPEST: usize = 2;

/// First words of statements that hold no variables.
const FIXED: &[&str] = &[
    "alter", "drop", "truncate", "lock", "comment", "grant", "revoke", "analyze", "reindex",
    "refresh", "cluster",
];

impl Reader {
    /// Reads a text of SQL: what EXECUTE is given, or the body of a function in SQL.
    pub(super) fn text(&mut self, text: &str, range: Span) {
        let mut splitter = Splitter::new(text, range, &[]);
        while let Some(tokens) = splitter.next() {
            self.sql(Cursor::new(text, tokens));
        }
    }

    /// Reads one statement, of PL/pgSQL or of SQL.
    pub(super) fn statement(&mut self, mut cursor: Cursor) {
        self.left |= cursor.at("exit") || cursor.at("continue");
        if cursor.is_empty() || cursor.eat_any(IDLE).is_some() {
            return;
        }
        if cursor.eat("raise") {
            return self.raise(cursor);
        }
        self.left |= cursor.at("assert");
        if cursor.eat_any(&["perform", "assert"]).is_some() {
            self.expression(cursor);
        } else if cursor.eat("execute") {
            self.execute(cursor);
        } else if cursor.eat("return") {
            self.returned(cursor);
        } else if cursor.eat("open") {
            cursor.until(|ahead| ahead.at("for"));
            if cursor.eat("for") {
                self.returned_query(cursor);
            }
        } else if let Some(value) = assigned(cursor) {
            self.given.extend({ cursor }.label());
            self.code.fills.extend(filled(cursor));
            self.expression(value);
        } else {
            self.sql(cursor);
        }
    }

    fn returned(&mut self, mut cursor: Cursor) {
        if cursor.eat("query") {
            self.returned_query(cursor);
        } else {
            self.left |= !cursor.eat("next");
            self.expression(cursor);
        }
    }

    fn returned_query(&mut self, mut cursor: Cursor) {
        if cursor.eat("execute") {
            self.execute(cursor);
        } else {
            self.sql(cursor);
        }
    }

    /// An expression is a query without its SELECT; only one that reads relations or calls functions matters.
    pub(super) fn expression(&mut self, cursor: Cursor) {
        let calls = |token: &Token| token.kind == TokenKind::Symbol(b'(');
        let from = |token: &Token| cursor.token_text(*token).eq_ignore_ascii_case("from");
        if cursor
            .tokens()
            .iter()
            .any(|token| calls(token) || from(token))
        {
            let text = format!("SELECT {}", cursor.text());
            let mut splitter = Splitter::new(&text, Span::new(0, text.len()), &[]);
            while let Some(tokens) = splitter.next() {
                self.query(Cursor::new(&text, tokens), cursor);
            }
        }
    }

    /// Reads one statement of SQL.
    fn sql(&mut self, cursor: Cursor) {
        if holds_code(cursor) {
            return self.nested(cursor);
        }
        // PL/pgSQL puts variables into statements on rows only.
        if FIXED.iter().any(|word| cursor.at(word)) {
            return self.action(dispatch::action(cursor), cursor);
        }
        self.query(cursor, cursor);
    }

    /// A function that code makes is read, down to where code could be nested without end.
    fn nested(&mut self, cursor: Cursor) {
        let outer = Some((self.depth, self.in_place));
        let mut head = cursor;
        head.eat("create");
        head.eat("or replace");
        let is_routine = head.at("function") || head.at("procedure");
        let routine = (is_routine && self.depth < DEEPEST)
            .then(|| procedural::create_routine_inside(&mut { cursor }, outer))
            .flatten();
        match routine {
            Some(action) => self.action(action, cursor),
            None => self.miss(cursor, UnreadReason::Nested),
        }
    }

    /// Reads a statement on rows, in which variables may stand; `written` is what stands for it in the code.
    fn query(&mut self, cursor: Cursor, written: Cursor) {
        let tokens = self.plain_tokens(cursor);
        if tokens.len() == cursor.tokens().len() {
            return self.action(dispatch::action(cursor), written);
        }
        let words: Vec<&str> = tokens
            .iter()
            .map(|token| cursor.token_text(*token))
            .collect();
        let text = words.join(" ");
        let mut splitter = Splitter::new(&text, Span::new(0, text.len()), &[]);
        if let Some(tokens) = splitter.next() {
            self.action(dispatch::action(Cursor::new(&text, tokens)), written);
        }
    }

    fn action(&mut self, mut action: Action, written: Cursor) {
        match &mut action {
            Action::Unknown => return self.miss(written, UnreadReason::Statement),
            Action::Dml(dml) if idle(dml) => return,
            Action::Dml(dml) => {
                if let Some(predicate) = &mut dml.predicate {
                    self.fix_variables(&mut predicate.node);
                }
            }
            _ => {}
        }
        let own = self.in_place.then(|| written.span());
        let written = Written {
            span: self.maker.or(own),
            in_place: self.in_place,
            text: written.text().into(),
        };
        self.push(action, written);
    }

    /// Without `INTO variable`, and with `record.field` written as the variable alone.
    fn plain_tokens(&mut self, cursor: Cursor) -> Vec<Token> {
        let mut rest = cursor;
        let mut plain: Vec<Token> = Vec::with_capacity(rest.tokens().len());
        let mut depth = 0usize;
        while let Some(token) = rest.peek() {
            let before = plain.last().map(|token| cursor.token_text(*token));
            let writes = before.is_some_and(|word| {
                word.eq_ignore_ascii_case("insert") || word.eq_ignore_ascii_case("merge")
            });
            if depth == 0 && !writes && !cursor.at("create") && rest.eat("into") {
                rest.eat("strict");
                self.code.fills.extend(filled(rest));
                while let Some(variable) = rest.name() {
                    self.given.push(variable.name);
                    if !rest.eat_symbol(b',') {
                        break;
                    }
                }
                continue;
            }
            depth = crate::sql::cursor::depth_after(depth, token);
            plain.push(token);
            rest.next();
            let variable = before != Some(".") && self.is_variable(cursor.token_text(token));
            if variable && rest.at_symbol(b'.') {
                rest.next();
                rest.next();
            }
        }
        plain
    }

    fn is_variable(&self, name: &str) -> bool {
        self.variables.contains(&name.to_ascii_lowercase())
    }

    /// Variables have one value while a statement runs.
    fn fix_variables(&self, node: &mut ExprNode) {
        match node {
            ExprNode::Column(column) if self.is_variable(&column.name) => {
                *node = ExprNode::Constant(std::mem::take(&mut column.name));
            }
            ExprNode::And(parts) | ExprNode::Or(parts) | ExprNode::Other(parts) => {
                for part in parts {
                    self.fix_variables(part);
                }
            }
            ExprNode::Binary { left, right, .. } => {
                self.fix_variables(left);
                self.fix_variables(right);
            }
            _ => {}
        }
    }
}

/// Whether a query touches nothing.
fn idle(dml: &Dml) -> bool {
    dml.target.is_none() && dml.reads.is_empty() && dml.writes.is_empty() && dml.calls.is_empty()
}

/// What stands behind `variable :=`.
fn assigned(mut cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    cursor.label()?;
    while !cursor.is_empty() {
        if cursor.eat_operator(":=") || cursor.eat_operator("=") {
            return Some(cursor);
        }
        if cursor.eat_symbol(b'.') {
            cursor.label()?;
        } else if cursor.at_symbol(b'[') {
            cursor.until(|ahead| {
                ahead
                    .peek()
                    .is_some_and(|token| token.kind == TokenKind::Operator)
            });
        } else {
            return None;
        }
    }
    None
}

/// The column in `NEW.column := value`.
fn filled(mut cursor: Cursor<'_>) -> Option<String> {
    let new = cursor.label()? == "new" && cursor.eat_symbol(b'.');
    new.then(|| cursor.label()).flatten()
}

/// Whether the statement holds a body of code itself.
fn holds_code(cursor: Cursor) -> bool {
    cursor.tokens().windows(2).any(|pair| {
        let word = cursor.token_text(pair[0]);
        let next = cursor.token_text(pair[1]);
        let is = |text: &str, word: &str| text.eq_ignore_ascii_case(word);
        is(word, "do") && (pair[1].kind == TokenKind::String || is(next, "language"))
            || (is(word, "create") || is(word, "replace"))
                && (is(next, "function") || is(next, "procedure"))
    })
}
