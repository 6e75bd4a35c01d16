//! One pass over the tokens of a statement on rows, with a stack of parentheses: linear in its length, and never at a loss.

mod clause;

use super::Usage;
use crate::ir::{DmlKind, Expr, Name, SequenceUse};
use crate::postgres::keywords::is_reserved;
use crate::sql::cursor::Cursor;
use crate::sql::expr::expression;
use crate::sql::token::{Token, TokenKind};
use std::collections::HashSet;

/// What a name at this place would be.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Expect {
    #[default]
    Nothing,
    /// A relation, function or query in FROM.
    Source,
    /// The relation that is written to.
    Target,
}

/// Where the scan stands within one pair of parentheses.
#[derive(Default)]
struct Level {
    /// A statement may begin here.
    start: bool,
    /// The statement that has begun.
    kind: Option<DmlKind>,
    expect: Expect,
    /// ONLY stands before the relation that is next.
    only: bool,
    /// Within a FROM list: a comma leads to its next relation.
    from: bool,
    /// USING would lead to a relation rather than to join columns.
    using: bool,
    /// Between WITH and the statement that it belongs to.
    with: bool,
    /// WITH RECURSIVE: a common table may read itself.
    recursive: bool,
    /// Inside the body of a common table expression.
    in_with: bool,
    /// Inside a query of FROM or an expression, rather than in parentheses around the statement.
    inner: bool,
    /// The rows of this level become rows of the statement.
    feeds: bool,
    /// The common table expression that this level is the body of.
    defines: Option<String>,
    /// How many common tables were in scope outside.
    scope: usize,
}

struct Scan<'a> {
    rest: Cursor<'a>,
    previous: Option<Token>,
    level: Level,
    outer: Vec<Level>,
    /// Common table expressions that can be read here.
    scope: Vec<String>,
    /// The common table expression whose body is next.
    defined: Option<String>,
    /// How many tokens stand behind the last list of columns that are set.
    behind_sets: usize,
    /// What `usage` holds already of relations and functions.
    read: HashSet<Name>,
    called: HashSet<Name>,
    usage: Usage<'a>,
}

/// Reads everything that is left.
pub(super) fn scan(query: Cursor) -> Usage {
    let mut scan = Scan {
        rest: query,
        previous: None,
        level: Level {
            start: true,
            feeds: true,
            ..Level::default()
        },
        outer: Vec::new(),
        scope: Vec::new(),
        defined: None,
        behind_sets: usize::MAX,
        read: HashSet::new(),
        called: HashSet::new(),
        usage: Usage::default(),
    };
    while let Some(token) = scan.rest.peek() {
        scan.step(token);
    }
    let mut usage = scan.usage;
    let joins = usage.reads.len() != 1 && usage.row_lock.is_none();
    if usage.kind == Some(DmlKind::Select) && joins {
        usage.predicate = None;
    }
    if usage.kind != Some(DmlKind::Insert) {
        usage
            .reads
            .retain(|name| Some(name) != usage.target.as_ref());
    }
    usage
}

impl Scan<'_> {
    fn step(&mut self, token: Token) {
        let start = self.level.start;
        self.level.start = self.level.with;
        match token.kind {
            TokenKind::Symbol(b'(') => self.open(start),
            TokenKind::Symbol(b'[') => self.push(Level::default()),
            TokenKind::Symbol(b')' | b']') => self.close(),
            TokenKind::Symbol(b',') => self.comma(),
            TokenKind::Word | TokenKind::Quoted | TokenKind::Template => self.named(start),
            _ => self.skip(),
        }
    }

    /// Takes one token.
    fn skip(&mut self) {
        self.previous = self.rest.next();
    }

    fn previous_is(&self, word: &str) -> bool {
        self.previous.is_some_and(|token| {
            token.kind == TokenKind::Word && self.rest.token_text(token).eq_ignore_ascii_case(word)
        })
    }

    fn open(&mut self, start: bool) {
        let defines = self.defined.take();
        let source = self.level.expect == Expect::Source;
        let target = self.level.expect == Expect::Target;
        let inner = Level {
            start: true,
            kind: self.level.kind.filter(|_| target),
            expect: self.level.expect,
            in_with: self.level.in_with || defines.is_some(),
            inner: self.level.inner || !start,
            feeds: defines.is_some() || self.level.feeds && (start || source),
            defines,
            ..Level::default()
        };
        self.level.expect = Expect::Nothing;
        self.push(inner);
    }

    fn push(&mut self, inner: Level) {
        self.skip();
        let inner = Level {
            scope: self.scope.len(),
            ..inner
        };
        self.outer.push(std::mem::replace(&mut self.level, inner));
    }

    fn close(&mut self) {
        self.skip();
        if let Some(outer) = self.outer.pop() {
            let inner = std::mem::replace(&mut self.level, outer);
            self.scope.truncate(inner.scope);
            self.scope.extend(inner.defines);
        }
    }

    fn comma(&mut self) {
        self.skip();
        if self.level.with {
            self.common_table();
        } else if self.level.from {
            self.level.expect = Expect::Source;
        }
    }

    /// Takes a word or name.
    fn named(&mut self, start: bool) {
        if self.level.expect != Expect::Nothing && self.relation(start) {
            return;
        }
        // Behind AS any word is a name; so is one with a dot behind it.
        let next = self.rest.peek_at(1).map(|token| token.kind);
        let keyword = next != Some(TokenKind::Symbol(b'.')) && !self.previous_is("as");
        if !(keyword && self.keyword(start)) {
            self.reference(next);
        }
    }

    /// Takes what stands where a relation is expected; false, with nothing taken, where a query stands there.
    fn relation(&mut self, start: bool) -> bool {
        if self.rest.at("lateral") || self.rest.at("only") {
            self.level.only |= self.rest.at("only");
            self.level.start = start;
            self.skip();
            return true;
        }
        if self.rest.at("rows from") {
            self.level.expect = Expect::Nothing;
            self.skip();
            self.skip();
            return true;
        }
        let query = ["select", "values", "with", "table"];
        if start && query.iter().any(|word| self.rest.at(word)) {
            return false;
        }
        let expect = std::mem::take(&mut self.level.expect);
        let Some(name) = self.rest.name() else {
            return false;
        };
        self.previous = None;
        let only = std::mem::take(&mut self.level.only);
        if expect != Expect::Nothing && !self.rest.at_symbol(b'(') {
            if only {
                self.usage.only.push(name.clone());
            }
            self.alias(&name);
        }
        if expect == Expect::Target {
            self.write(name);
        } else if self.rest.at_symbol(b'(') {
            self.usage.rows_from_tables |= self.level.feeds;
            self.call(name);
        } else if name.schema.is_some() || !self.scope.contains(&name.name) {
            self.usage.rows_from_tables |= self.level.feeds;
            if self.read.insert(name.clone()) {
                self.usage.reads.push(name);
            }
        }
        true
    }

    /// Looks at what a relation is called from here on.
    fn alias(&mut self, name: &Name) {
        let mut ahead = self.rest;
        ahead.eat_symbol(b'*');
        let said = ahead.eat("as");
        let word = |ahead: &Cursor| {
            ahead
                .word()
                .is_some_and(|word| is_clause(word) || is_reserved(word))
        };
        if !said && word(&ahead) {
            return;
        }
        if let Some(alias) = ahead.identifier() {
            self.usage.aliases.push((alias, name.clone()));
        }
    }

    fn call(&mut self, name: Name) {
        if self.called.insert(name.clone()) {
            self.usage.calls.push(name);
        }
    }

    fn write(&mut self, name: Name) {
        let kind = self.level.kind.unwrap_or(DmlKind::Select);
        if self.level.in_with || self.usage.target.is_some() {
            let write = (kind, name);
            if !self.usage.writes.contains(&write) {
                self.usage.writes.push(write);
            }
        } else {
            self.usage.target = Some(name);
            if kind == DmlKind::Insert {
                let mut ahead = self.rest;
                if ahead.eat("as") {
                    ahead.identifier();
                }
                self.usage.columns = ahead.column_list().unwrap_or_default();
                self.usage.rows = rows(ahead);
                self.usage.default_values = ahead.at("default values");
            }
        }
    }

    /// Takes a qualified name and sees whether it is called.
    fn reference(&mut self, next: Option<TokenKind>) {
        let callable = next == Some(TokenKind::Symbol(b'('));
        if !callable && next != Some(TokenKind::Symbol(b'.')) {
            return self.skip();
        }
        let typed = self.previous_is("as")
            || self.previous.is_some_and(|token| {
                token.kind == TokenKind::Operator && self.rest.token_text(token) == "::"
            });
        if self.rest.word().is_some_and(is_no_function) {
            return self.skip();
        }
        match self.rest.name() {
            Some(name) => {
                self.previous = None;
                if self.rest.at_symbol(b'(') && !typed {
                    self.usage.sequences.extend(sequence(&name, self.rest));
                    self.call(name);
                }
            }
            None => self.skip(),
        }
    }
}

/// The rows of `VALUES (...), (...)`; none where there are more than matter to anybody.
fn rows(mut rest: Cursor) -> Vec<Vec<Expr>> {
    const MOST: usize = 50;
    let mut rows = Vec::new();
    if !rest.eat("values") {
        return rows;
    }
    while let Some(row) = rest.parentheses() {
        rows.push(row.commas().take(MOST).map(expression).collect());
        if rows.len() > MOST {
            return Vec::new();
        }
        if !rest.eat_symbol(b',') {
            break;
        }
    }
    rows
}

/// Words that may stand behind a relation and are no name for it.
fn is_clause(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "set",
        "using",
        "values",
        "default",
        "overriding",
        "tablesample",
        "when",
    ];
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The sequence that a call names, its arguments being next.
fn sequence(function: &Name, mut rest: Cursor) -> Option<SequenceUse> {
    if !matches!(&*function.name, "nextval" | "setval" | "currval") {
        return None;
    }
    let mut arguments = rest.parentheses()?;
    if let Some(text) = arguments.string() {
        return Some(SequenceUse::Named(Name::from_text(&text)));
    }
    let call = arguments.name()?;
    let mut inner = arguments.parentheses()?;
    let table = inner.string().filter(|_| inner.eat_symbol(b','))?;
    let column = inner.string()?;
    (call.name == "pg_get_serial_sequence")
        .then(|| SequenceUse::OfColumn(Name::from_text(&table), column))
}

/// Words that parentheses follow without a call.
fn is_no_function(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "values",
        "exists",
        "row",
        "over",
        "filter",
        "within",
        "sets",
        "rollup",
        "cube",
        "key",
        "materialized",
        "set",
        "insert",
        "nothing",
        "update",
        "recursive",
    ];
    is_reserved(word) || WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}
