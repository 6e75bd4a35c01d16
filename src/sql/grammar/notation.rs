//! The notation that `rules/` is written in, and what becomes of it: nodes that a recognizer goes through.
//!
//! It is close to the synopses of PostgreSQL's documentation: `[ ]` may be left out, `{ }` groups, `|` separates alternatives, of which the first that fits is taken,
//! `x ...` is one or more, `x , ...` one or more with commas between. Words in upper case are keywords, in lower case rules; signs stand for themselves, and in
//! quotes what has another meaning here: `'['`, or a word that is no keyword. `& x` and `! x` look ahead; `@16 x` is known from version 16 on.

use super::words::{self, Code};
use crate::postgres::Version;
use crate::postgres::keywords::{self, Class};
use std::collections::HashMap;

/// The number of a node in its grammar.
pub(super) type NodeId = u32;

/// One step of a rule.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node {
    Code(Code),
    /// A word of one of these classes.
    Class(Class),
    /// A name that is written so.
    Text(&'static str),
    /// The root of a rule.
    Rule(NodeId),
    /// All of these children, one after another: from where, and how many.
    All(u32, u32),
    /// The first of these children that fits.
    Any(u32, u32),
    Maybe(NodeId),
    Many(NodeId),
    List(NodeId),
    Ahead(NodeId),
    Not(NodeId),
    Since(Version, NodeId),
    Builtin(Builtin),
}

/// What cannot be written in the notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    /// `a_expr`.
    Expression,
    /// `b_expr`: without the operators that are keywords.
    Restricted,
    /// An operator that is no keyword.
    Operator,
    /// The parenthesis that is next holds a query, not an expression.
    QueryAhead,
    Nothing,
}

/// Which codes a node may begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct First {
    codes: [u64; words::CODES.div_ceil(64)],
    /// Whether it may match nothing.
    pub(super) empty: bool,
}

impl First {
    const NOTHING: Self = Self {
        codes: [0; words::CODES.div_ceil(64)],
        empty: false,
    };

    pub(super) const fn allows(&self, code: Code) -> bool {
        self.empty || self.codes[code as usize / 64] >> (code % 64) & 1 == 1
    }

    fn add(&mut self, code: Code) {
        self.codes[usize::from(code) / 64] |= 1 << (code % 64);
    }

    fn join(&mut self, other: &Self) {
        for (mine, theirs) in self.codes.iter_mut().zip(&other.codes) {
            *mine |= theirs;
        }
    }
}

/// The grammar, ready to be gone through.
pub(super) struct Grammar {
    pub(super) nodes: Vec<Node>,
    pub(super) children: Vec<NodeId>,
    pub(super) first: Vec<First>,
    rules: HashMap<&'static str, NodeId>,
}

impl Grammar {
    /// Reads texts in the notation.
    pub(super) fn read(texts: &[&'static str]) -> Self {
        let mut reader = Reader {
            grammar: Self {
                nodes: Vec::new(),
                children: Vec::new(),
                first: Vec::new(),
                rules: HashMap::new(),
            },
            roots: HashMap::new(),
            pieces: Vec::new(),
            at: 0,
        };
        for text in texts {
            reader.pieces.extend(pieces(text));
        }
        reader.rules();
        let mut grammar = reader.grammar;
        grammar.find_first();
        grammar
    }

    /// The node of a rule.
    pub(super) fn rule(&self, name: &str) -> NodeId {
        *self
            .rules
            .get(name)
            .unwrap_or_else(|| panic!("no rule is called {name}"))
    }

    /// What every node may begin with, found by going round until nothing is added.
    fn find_first(&mut self) {
        self.first = vec![First::NOTHING; self.nodes.len()];
        loop {
            let mut grew = false;
            for id in (0..self.nodes.len()).rev() {
                let found = self.begins(self.nodes[id]);
                grew |= found != self.first[id];
                self.first[id] = found;
            }
            if !grew {
                return;
            }
        }
    }

    fn begins(&self, node: Node) -> First {
        let of = |id: NodeId| self.first[id as usize];
        let mut first = First::NOTHING;
        match node {
            Node::Code(code) => first.add(code),
            Node::Class(class) => return of_class(class),
            Node::Text(_) => first.add(words::IDENT),
            Node::Rule(id) | Node::Many(id) | Node::List(id) | Node::Since(_, id) => return of(id),
            Node::Maybe(id) => {
                first = of(id);
                first.empty = true;
            }
            Node::All(from, count) => {
                first.empty = true;
                for id in self.span(from, count) {
                    if first.empty {
                        first.join(&of(*id));
                        first.empty = of(*id).empty;
                    }
                }
            }
            Node::Any(from, count) => {
                for id in self.span(from, count) {
                    first.join(&of(*id));
                    first.empty |= of(*id).empty;
                }
            }
            Node::Builtin(Builtin::Expression | Builtin::Restricted) => return self.expression(),
            Node::Builtin(Builtin::Operator) => {
                first.add(words::OPERATOR);
                (words::PLUS..=words::NOT_EQUAL).for_each(|code| first.add(code));
            }
            Node::Ahead(_) | Node::Not(_) | Node::Builtin(_) => first.empty = true,
        }
        first
    }

    /// An operand, NOT, or an operator before one.
    fn expression(&self) -> First {
        let mut first = self.first[self.rules["primary"] as usize];
        let signs = ["+", "-", "not", "operator"];
        signs
            .iter()
            .filter_map(|sign| words::code(sign))
            .for_each(|code| first.add(code));
        first.add(words::OPERATOR);
        first
    }

    pub(super) fn span(&self, from: u32, count: u32) -> &[NodeId] {
        &self.children[from as usize..(from + count) as usize]
    }
}

fn of_class(class: Class) -> First {
    let mut first = First::NOTHING;
    if class.meets(Class::NAME) {
        first.add(words::IDENT);
    }
    for (number, keyword) in (0..).zip(keywords::all()) {
        if Version::all().any(|version| keyword.class(version).meets(class)) {
            first.add(number);
        }
    }
    first
}

/// Cuts a text into what the notation is made of; a rule's name keeps its colon.
fn pieces(text: &'static str) -> impl Iterator<Item = &'static str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| {
        let head = line.starts_with(|c: char| c.is_ascii_lowercase());
        let (name, rest) = match line.split_once(':').filter(|_| head) {
            Some((name, rest)) => (Some(&line[..=name.len()]), rest),
            None => (None, line),
        };
        name.into_iter().chain(Pieces(rest))
    })
}

struct Pieces(&'static str);

impl Iterator for Pieces {
    type Item = &'static str;

    fn next(&mut self) -> Option<&'static str> {
        let rest = self.0.trim_start();
        let first = *rest.as_bytes().first()?;
        let wordy = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let run = |from: usize, keep: fn(&u8) -> bool| {
            from + rest.as_bytes()[from..]
                .iter()
                .take_while(|byte| keep(byte))
                .count()
        };
        let length = match first {
            b'\'' => rest[1..].find('\'')? + 2,
            b'@' => run(1, u8::is_ascii_digit),
            _ if wordy(&first) => run(0, |byte| byte.is_ascii_alphanumeric() || *byte == b'_'),
            _ => ["...", "::", ":=", "=>"]
                .iter()
                .find(|sign| rest.starts_with(**sign))
                .map_or(1, |sign| sign.len()),
        };
        let (piece, rest) = rest.split_at(length);
        self.0 = rest;
        Some(piece)
    }
}

struct Reader {
    grammar: Grammar,
    /// The node that stands for each rule that was named, before or after its own line.
    roots: HashMap<&'static str, NodeId>,
    pieces: Vec<&'static str>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> &'static str {
        self.pieces.get(self.at).copied().unwrap_or("")
    }

    fn eat(&mut self, piece: &str) -> bool {
        let found = self.peek() == piece;
        self.at += usize::from(found);
        found
    }

    fn push(&mut self, node: Node) -> NodeId {
        self.grammar.nodes.push(node);
        (self.grammar.nodes.len() - 1) as NodeId
    }

    fn group(&mut self, make: fn(u32, u32) -> Node, parts: &[NodeId]) -> NodeId {
        if let [only] = parts {
            return *only;
        }
        let from = self.grammar.children.len() as u32;
        self.grammar.children.extend(parts);
        self.push(make(from, parts.len() as u32))
    }

    fn rules(&mut self) {
        while let Some(name) = self.peek().strip_suffix(':') {
            self.at += 1;
            let root = self.root(name);
            let body = self.alternatives();
            self.grammar.nodes[root as usize] = Node::Rule(body);
            self.grammar.rules.insert(name, root);
        }
        assert!(self.peek().is_empty(), "what is {:?}?", self.peek());
        for name in self.roots.keys() {
            assert!(
                self.grammar.rules.contains_key(name),
                "no rule is called {name}"
            );
        }
    }

    fn root(&mut self, name: &'static str) -> NodeId {
        if let Some(root) = self.roots.get(name) {
            return *root;
        }
        let root = self.push(Node::Builtin(Builtin::Nothing));
        self.roots.insert(name, root);
        root
    }

    fn alternatives(&mut self) -> NodeId {
        let mut found = Vec::new();
        self.eat("|");
        loop {
            found.push(self.sequence());
            if !self.eat("|") {
                return self.group(Node::Any, &found);
            }
        }
    }

    fn sequence(&mut self) -> NodeId {
        let mut parts = Vec::new();
        while !matches!(self.peek(), "" | "|" | "]" | "}") && !is_head(self.peek()) {
            let part = self.part();
            parts.push(self.repeated(part));
        }
        self.group(Node::All, &parts)
    }

    fn repeated(&mut self, part: NodeId) -> NodeId {
        let listed = self.peek() == "," && self.pieces.get(self.at + 1) == Some(&"...");
        if listed {
            self.at += 2;
            self.push(Node::List(part))
        } else if self.eat("...") {
            self.push(Node::Many(part))
        } else {
            part
        }
    }

    fn part(&mut self) -> NodeId {
        let piece = self.peek();
        self.at += 1;
        match piece {
            "[" => {
                let inner = self.alternatives();
                assert!(self.eat("]"), "] is missing before {:?}", self.peek());
                self.push(Node::Maybe(inner))
            }
            "{" => {
                let inner = self.alternatives();
                assert!(self.eat("}"), "}} is missing before {:?}", self.peek());
                inner
            }
            "&" => {
                let inner = self.part();
                self.push(Node::Ahead(inner))
            }
            "!" => {
                let inner = self.part();
                self.push(Node::Not(inner))
            }
            _ => self.leaf(piece),
        }
    }

    fn leaf(&mut self, piece: &'static str) -> NodeId {
        if let Some(version) = piece.strip_prefix('@') {
            let version = version.parse().ok().and_then(Version::new);
            let inner = self.part();
            return self.push(Node::Since(version.expect("a version"), inner));
        }
        if let Some(quoted) = piece.strip_prefix('\'') {
            let text = &quoted[..quoted.len() - 1];
            let code = words::code(text).filter(|_| !text.starts_with(char::is_alphabetic));
            return self.push(code.map_or(Node::Text(text), Node::Code));
        }
        if piece.starts_with(|c: char| c.is_ascii_lowercase()) {
            return match named(piece) {
                Some(node) => self.push(node),
                None => self.root(piece),
            };
        }
        let code = words::code(&piece.to_ascii_lowercase());
        self.push(Node::Code(
            code.unwrap_or_else(|| panic!("{piece} is no keyword")),
        ))
    }
}

fn is_head(piece: &str) -> bool {
    piece.len() > 1 && piece.ends_with(':') && piece != "::"
}

/// The names that are no rules.
fn named(name: &str) -> Option<Node> {
    let column = Class::PLAIN.or(Class::UNRESERVED);
    let word = column.or(Class::COLUMN_NAME).or(Class::TYPE_OR_FUNCTION);
    Some(match name {
        "ident" => Node::Class(Class::PLAIN),
        "colid" => Node::Class(column.or(Class::COLUMN_NAME)),
        "type_word" => Node::Class(column.or(Class::TYPE_OR_FUNCTION)),
        "word" => Node::Class(word),
        "label" => Node::Class(word.or(Class::RESERVED)),
        "bare_label" => Node::Class(Class::BARE_LABEL),
        "reserved" => Node::Class(Class::RESERVED),
        "string" => Node::Code(words::STRING),
        "integer" => Node::Code(words::INTEGER),
        "parameter" => Node::Code(words::PARAMETER),
        "float" => Node::Code(words::NUMBER),
        "expr" => Node::Builtin(Builtin::Expression),
        "b_expr" => Node::Builtin(Builtin::Restricted),
        "operator" => Node::Builtin(Builtin::Operator),
        "query_ahead" => Node::Builtin(Builtin::QueryAhead),
        "nothing" => Node::Builtin(Builtin::Nothing),
        _ => return None,
    })
}
