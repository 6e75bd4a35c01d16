//! One pass over the tokens of a statement on rows, with a stack of parentheses: linear in its length, and never at a loss.

use super::Usage;
use crate::ir::{DmlKind, Name, RowLock};
use crate::postgres::keywords::is_reserved;
use crate::sql::cursor::Cursor;
use crate::sql::token::{Token, TokenKind};

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
        usage: Usage::default(),
    };
    while let Some(token) = scan.rest.peek() {
        scan.step(token);
    }
    let mut usage = scan.usage;
    usage
        .reads
        .retain(|name| Some(name) != usage.target.as_ref());
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
        if expect == Expect::Target {
            self.write(name);
        } else if self.rest.at_symbol(b'(') {
            self.usage.rows_from_tables |= self.level.feeds;
            add(&mut self.usage.calls, name);
        } else if name.schema.is_some() || !self.scope.contains(&name.name) {
            self.usage.rows_from_tables |= self.level.feeds;
            add(&mut self.usage.reads, name);
        }
        true
    }

    fn write(&mut self, name: Name) {
        let kind = self.level.kind.unwrap_or(DmlKind::Select);
        if self.level.in_with || self.usage.target.is_some() {
            add(&mut self.usage.writes, (kind, name));
        } else {
            self.usage.target = Some(name);
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
                    add(&mut self.usage.calls, name);
                }
            }
            None => self.skip(),
        }
    }

    /// Takes a word that has a meaning here.
    fn keyword(&mut self, start: bool) -> bool {
        let Some(word) = self.rest.word() else {
            return false;
        };
        let known = match word.to_ascii_lowercase().as_str() {
            "select" => self.begin(DmlKind::Select, Expect::Nothing, "select"),
            "values" => {
                let list = self.rest.peek_at(1).map(|token| token.kind);
                list == Some(TokenKind::Symbol(b'('))
                    && self.begin(DmlKind::Select, Expect::Nothing, "values")
            }
            "table" => self.begin(DmlKind::Select, Expect::Source, "table"),
            "insert" if start => self.begin(DmlKind::Insert, Expect::Target, "insert into"),
            "update" if start => self.begin(DmlKind::Update, Expect::Target, "update"),
            "delete" if start => self.begin(DmlKind::Delete, Expect::Target, "delete from"),
            "merge" if start => self.begin(DmlKind::Merge, Expect::Target, "merge into"),
            "with" => self.with_clause(),
            _ => return self.clause(word),
        };
        if known {
            self.previous = None;
        }
        known
    }

    /// Takes a word that starts a clause of the statement that has begun.
    fn clause(&mut self, word: &str) -> bool {
        match word.to_ascii_lowercase().as_str() {
            "from" => self.from(),
            "join" => self.level.expect = Expect::Source,
            "using" => self.using(),
            "set" => self.usage.complete = true,
            "default" if self.rest.at("default values") => self.usage.complete = true,
            "into" => return self.select_into(),
            "union" | "except" | "intersect" => {
                self.end_from();
                self.skip();
                self.rest.eat_any(&["all", "distinct"]);
                self.level.start = true;
                return true;
            }
            "for" => return self.row_lock(),
            "where" => {
                self.end_from();
                self.predicate();
            }
            "on" if self.rest.at("on conflict") => self.end_from(),
            "group" | "having" | "order" | "limit" | "offset" | "fetch" | "window"
            | "returning" => self.end_from(),
            _ => return false,
        }
        self.skip();
        true
    }

    fn begin(&mut self, kind: DmlKind, expect: Expect, words: &str) -> bool {
        if !self.rest.eat(words) {
            return false;
        }
        if !self.level.in_with && self.usage.kind.is_none() {
            self.usage.kind = Some(kind);
        }
        self.usage.complete |= matches!(kind, DmlKind::Select | DmlKind::Delete);
        self.level.start = false;
        self.level.with = false;
        self.level.kind = Some(kind);
        self.level.expect = expect;
        self.level.from = false;
        self.level.using = matches!(kind, DmlKind::Delete | DmlKind::Merge);
        true
    }

    fn end_from(&mut self) {
        self.level.from = false;
        self.level.expect = Expect::Nothing;
    }

    /// FROM leads to relations, but not in `extract(year FROM x)` and `IS DISTINCT FROM`.
    fn from(&mut self) {
        if self.level.kind.is_some() && !self.previous_is("distinct") {
            self.level.from = true;
            self.level.expect = Expect::Source;
        }
    }

    fn using(&mut self) {
        if std::mem::take(&mut self.level.using) {
            self.usage.complete = true;
            self.level.from = self.level.kind == Some(DmlKind::Delete);
            self.level.expect = Expect::Source;
        }
    }

    fn select_into(&mut self) -> bool {
        const PREFIXES: &[&str] = &["local", "global", "unlogged", "table"];
        if self.level.in_with || self.usage.kind != Some(DmlKind::Select) {
            return false;
        }
        let mut ahead = self.rest;
        ahead.next();
        let mut temporary = false;
        loop {
            if ahead.eat_any(&["temporary", "temp"]).is_some() {
                temporary = true;
            } else if ahead.eat_any(PREFIXES).is_none() {
                break;
            }
        }
        let Some(name) = ahead.name() else {
            return false;
        };
        self.rest = ahead;
        self.previous = None;
        self.usage.into = Some((name, temporary));
        true
    }

    fn predicate(&mut self) {
        let writes = matches!(self.usage.kind, Some(DmlKind::Update | DmlKind::Delete));
        if writes && self.outer.is_empty() && self.usage.predicate.is_none() {
            let mut ahead = self.rest;
            ahead.next();
            self.usage.predicate = Some(ahead.until(|ahead| ahead.at("returning")));
        }
    }

    fn row_lock(&mut self) -> bool {
        const LOCKS: &[(&str, RowLock)] = &[
            ("for update", RowLock::ForUpdate),
            ("for no key update", RowLock::ForNoKeyUpdate),
            ("for share", RowLock::ForShare),
            ("for key share", RowLock::ForKeyShare),
        ];
        if self.level.kind != Some(DmlKind::Select) {
            return false;
        }
        self.end_from();
        let found = LOCKS.iter().find(|(words, _)| self.rest.eat(words));
        if let Some(&(_, lock)) = found {
            self.usage.row_lock = self.usage.row_lock.max(Some(lock));
            self.previous = None;
        }
        found.is_some()
    }

    /// Takes WITH if common table expressions follow, wherever it stands: in INSERT it comes late.
    fn with_clause(&mut self) -> bool {
        let before = self.rest;
        self.rest.next();
        self.level.recursive = self.rest.eat("recursive");
        if self.common_table() {
            return true;
        }
        self.rest = before;
        false
    }

    /// Takes `name (columns) AS [NOT] [MATERIALIZED]` before the body.
    fn common_table(&mut self) -> bool {
        let mut ahead = self.rest;
        let Some(name) = ahead.identifier() else {
            return false;
        };
        ahead.skip_parentheses();
        if !ahead.eat("as") {
            return false;
        }
        ahead.eat_any(&["not materialized", "materialized"]);
        if !ahead.at_symbol(b'(') {
            return false;
        }
        self.rest = ahead;
        self.level.with = true;
        self.level.start = true;
        if self.level.recursive {
            self.scope.push(name.clone());
        }
        self.defined = Some(name);
        true
    }
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

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
