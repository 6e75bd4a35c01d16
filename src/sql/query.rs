//! Queries, as far as locks depend on them: the relations that they read.

use super::cursor::Cursor;
use super::token::{Token, TokenKind};
use crate::ir::Name;

/// Takes `WITH DATA` or `WITH NO DATA` from the end of a query; true for the latter.
pub(super) fn eat_with_data(query: &mut Cursor) -> bool {
    let tokens = query.tokens();
    for (words, length) in [("with no data", 3), ("with data", 2)] {
        let start = tokens.len().saturating_sub(length);
        let end = Cursor::new(query.source(), &tokens[start..]);
        if end.at(words) {
            *query = Cursor::new(query.source(), &tokens[..start]);
            return length == 3;
        }
    }
    false
}

/// The relations in the FROM clauses of a query and of everything inside it, each once, in order; common table expressions are none.
pub(super) fn reads(query: Cursor) -> Vec<Name> {
    let mut scan = Scan {
        rest: query,
        previous: None,
        level: Level::default(),
        outer: Vec::new(),
        found: Vec::new(),
    };
    scan.run();
    let mut found = scan.found;
    let defined = common_tables(query);
    found.retain(|name| name.schema.is_some() || !defined.contains(&name.name));
    found
}

/// Where the scan stands within one pair of parentheses.
#[derive(Clone, Copy, Default)]
struct Level {
    /// A FROM clause has begun here.
    from: bool,
    /// A relation is next.
    expected: bool,
    /// The arguments of a function that writes FROM between them.
    arguments: bool,
}

struct Scan<'a> {
    rest: Cursor<'a>,
    previous: Option<Token>,
    level: Level,
    outer: Vec<Level>,
    found: Vec<Name>,
}

impl Scan<'_> {
    fn run(&mut self) {
        if self.rest.eat("table") {
            self.relation();
        }
        while let Some(token) = self.rest.peek() {
            match token.kind {
                TokenKind::Symbol(b'(') => self.open(),
                TokenKind::Symbol(b')') => {
                    self.level = self.outer.pop().unwrap_or_default();
                    self.level.expected = false;
                }
                TokenKind::Symbol(b',') => self.level.expected = self.level.from,
                _ if self.level.expected && !self.at_prefix() => {
                    self.relation();
                    self.previous = None;
                    continue;
                }
                TokenKind::Word => self.word(),
                _ => {}
            }
            self.previous = Some(token);
            self.rest.next();
        }
    }

    fn open(&mut self) {
        self.outer.push(self.level);
        self.level = Level {
            arguments: self.previous_is(&["extract", "substring", "trim", "overlay", "position"]),
            ..self.level
        };
    }

    fn previous_is(&self, words: &[&str]) -> bool {
        self.previous.is_some_and(|token| {
            let text = self.rest.token_text(token);
            words.iter().any(|word| text.eq_ignore_ascii_case(word))
        })
    }

    /// Words that may stand before a relation, or where a relation was expected and a query is.
    fn at_prefix(&self) -> bool {
        ["lateral", "only", "rows from", "select", "with", "values"]
            .iter()
            .any(|words| self.rest.at(words))
    }

    fn relation(&mut self) {
        self.level.expected = false;
        match self.rest.name() {
            Some(name) if !self.rest.at_symbol(b'(') => {
                if !self.found.contains(&name) {
                    self.found.push(name);
                }
            }
            Some(_) => {}
            None => {
                self.rest.next();
            }
        }
    }

    fn word(&mut self) {
        const ENDS: &[&str] = &[
            "where",
            "group",
            "having",
            "order",
            "limit",
            "offset",
            "fetch",
            "for",
            "window",
            "union",
            "except",
            "intersect",
            "select",
            "values",
            "returning",
            "set",
        ];
        if self.rest.at("from") {
            let clause = !self.level.arguments && !self.previous_is(&["distinct"]);
            self.level.from |= clause;
            self.level.expected |= clause;
        } else if self.rest.at("join") {
            self.level.expected = true;
        } else if ENDS.iter().any(|word| self.rest.at(word)) {
            self.level = Level::default();
        }
    }
}

/// The names that WITH defines anywhere in the query: those before `AS [NOT] [MATERIALIZED] (` and a statement.
fn common_tables(query: Cursor) -> Vec<String> {
    const STATEMENTS: &[&str] = &[
        "select", "with", "values", "insert", "update", "delete", "merge", "table",
    ];
    let mut names = Vec::new();
    let mut rest = query;
    while !rest.is_empty() {
        let mut ahead = rest;
        let name = ahead.identifier();
        skip_column_names(&mut ahead);
        if let Some(name) = name
            && ahead.eat("as")
        {
            ahead.eat_any(&["not materialized", "materialized"]);
            if ahead.eat_symbol(b'(') && STATEMENTS.iter().any(|word| ahead.at(word)) {
                names.push(name);
            }
        }
        rest.next();
    }
    names
}

/// Takes `(a, b)`; gives up at the first token that no list of names has, so that nested calls cost nothing.
fn skip_column_names(cursor: &mut Cursor) {
    let mut ahead = *cursor;
    if !ahead.eat_symbol(b'(') {
        return;
    }
    while ahead.identifier().is_some() {
        ahead.eat_symbol(b',');
    }
    if ahead.eat_symbol(b')') {
        *cursor = ahead;
    }
}
