//! Reads the notation: texts of rules to nodes.

use super::notation::{Builtin, Grammar, Node, NodeId};
use super::words;
use crate::postgres::Version;
use crate::postgres::keywords::Class;
use std::collections::HashMap;

/// Reads texts in the notation.
pub(super) fn grammar(texts: &[&'static str]) -> Grammar {
    let mut reader = Reader {
        grammar: Grammar {
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
        id(self.grammar.nodes.len() - 1)
    }

    fn group(&mut self, make: fn(u32, u32) -> Node, parts: &[NodeId]) -> NodeId {
        if let [only] = parts {
            return *only;
        }
        let from = id(self.grammar.children.len());
        self.grammar.children.extend(parts);
        self.push(make(from, id(parts.len())))
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

fn id(place: usize) -> NodeId {
    NodeId::try_from(place).expect("a grammar of a few thousand nodes")
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
