//! Goes through the grammar along the words of one statement, and finds the first that it does not allow.

use super::notation::{Builtin, Grammar, Node, NodeId};
use super::parts::Parts;
use super::words::{self, Word};
use crate::postgres::Version;
use crate::postgres::keywords::Class;
use crate::sql::token::Token;

/// How deep rules may stand in each other: more would need too much of the stack. No statement that people write comes near it.
const DEPTH_LIMIT: usize = 700;
/// How many nodes are gone through for each word, before it is given up; a tenth of it is much.
const STEPS_PER_WORD: usize = 2_000;

/// One attempt at one statement.
pub(super) struct Recognizer<'a> {
    pub(super) grammar: &'a Grammar,
    pub(super) parts: &'a Parts,
    pub(super) words: &'a [Word],
    text: &'a str,
    tokens: &'a [Token],
    pub(super) version: Version,
    /// The furthest word that something was expected at and not found.
    pub(super) furthest: usize,
    depth: usize,
    steps: usize,
    /// It was too deep or took too long: nothing is known.
    pub(super) gave_up: bool,
}

impl<'a> Recognizer<'a> {
    pub(super) fn new(
        (grammar, parts): (&'a Grammar, &'a Parts),
        words: &'a [Word],
        (text, tokens): (&'a str, &'a [Token]),
        version: Version,
    ) -> Self {
        Self {
            grammar,
            parts,
            words,
            text,
            tokens,
            version,
            furthest: 0,
            depth: 0,
            steps: words.len() * STEPS_PER_WORD,
            gave_up: false,
        }
    }

    /// What stands there.
    pub(super) fn code(&self, at: usize) -> words::Code {
        self.words[at].code
    }

    /// Notes that something else was expected there.
    pub(super) fn miss<T>(&mut self, at: usize) -> Option<T> {
        self.furthest = self.furthest.max(at);
        None
    }

    /// The place behind what the node takes from `at` on.
    pub(super) fn node(&mut self, id: NodeId, at: usize) -> Option<usize> {
        self.steps = self.steps.saturating_sub(1);
        if self.steps == 0 {
            self.gave_up = true;
        }
        if self.gave_up {
            return None;
        }
        let node = self.grammar.nodes[id as usize];
        match node {
            Node::Code(code) if code == self.code(at) => Some(at + 1),
            Node::Class(class) if class.meets(self.words[at].class) => Some(at + 1),
            Node::Text(text) => self.written(text, at),
            Node::Rule(body) => self.deeper(at, |this| this.node(body, at)),
            Node::All(from, count) => {
                let grammar = self.grammar;
                self.all(grammar.span(from, count), at)
            }
            Node::Any(from, count) => self.any(from, count, at),
            Node::Maybe(inner) => {
                if !self.grammar.first[inner as usize].allows(self.code(at)) {
                    return Some(at);
                }
                Some(self.node(inner, at).unwrap_or(at))
            }
            Node::Many(inner) => self.many(inner, at),
            Node::List(inner) => self.list(inner, at),
            Node::Ahead(inner) => self
                .aside(inner, at)
                .then_some(at)
                .or_else(|| self.miss(at)),
            Node::Not(inner) => (!self.aside(inner, at))
                .then_some(at)
                .or_else(|| self.miss(at)),
            Node::Since(version, inner) if version <= self.version => self.node(inner, at),
            Node::Code(_) | Node::Class(_) | Node::Since(..) => self.miss(at),
            Node::Builtin(builtin) => self.builtin(builtin, at),
        }
    }

    pub(super) fn deeper(
        &mut self,
        at: usize,
        go: impl FnOnce(&mut Self) -> Option<usize>,
    ) -> Option<usize> {
        if self.depth == DEPTH_LIMIT {
            self.gave_up = true;
            return self.miss(at);
        }
        self.depth += 1;
        let end = go(self);
        self.depth -= 1;
        end
    }

    /// All of the parts. A keyword that may be left out can be a name itself, as in `RELEASE savepoint`.
    fn all(&mut self, parts: &[NodeId], at: usize) -> Option<usize> {
        let mut end = at;
        for (place, part) in parts.iter().enumerate() {
            let before = end;
            end = self.node(*part, end)?;
            if end == before + 1 && self.is_lone_word(*part, before) {
                let rest = &parts[place + 1..];
                return self.all(rest, end).or_else(|| self.all(rest, before));
            }
        }
        Some(end)
    }

    fn is_lone_word(&self, part: NodeId, at: usize) -> bool {
        let Node::Maybe(inner) = self.grammar.nodes[part as usize] else {
            return false;
        };
        let lone = match self.grammar.nodes[inner as usize] {
            Node::Code(_) => true,
            Node::Any(from, count) => self
                .grammar
                .span(from, count)
                .iter()
                .all(|one| matches!(self.grammar.nodes[*one as usize], Node::Code(_))),
            _ => false,
        };
        lone && self.words[at].class.meets(Class::UNRESERVED)
    }

    fn any(&mut self, from: u32, count: u32, at: usize) -> Option<usize> {
        let grammar = self.grammar;
        let code = self.code(at);
        for part in grammar.span(from, count) {
            if grammar.first[*part as usize].allows(code)
                && let Some(end) = self.node(*part, at)
            {
                return Some(end);
            }
        }
        self.miss(at)
    }

    fn many(&mut self, inner: NodeId, at: usize) -> Option<usize> {
        let mut end = self.node(inner, at)?;
        while self.grammar.first[inner as usize].allows(self.code(end)) {
            match self.node(inner, end) {
                Some(next) if next > end => end = next,
                _ => break,
            }
        }
        Some(end)
    }

    fn list(&mut self, inner: NodeId, at: usize) -> Option<usize> {
        let mut end = self.node(inner, at)?;
        while self.code(end) == words::COMMA {
            match self.node(inner, end + 1) {
                Some(next) => end = next,
                None => break,
            }
        }
        Some(end)
    }

    /// Whether it fits, without a trace.
    fn aside(&mut self, inner: NodeId, at: usize) -> bool {
        let furthest = self.furthest;
        let fits = self.node(inner, at).is_some();
        self.furthest = furthest;
        fits
    }

    fn written(&mut self, text: &str, at: usize) -> Option<usize> {
        let written = self
            .tokens
            .get(at)
            .map(|token| &self.text[token.span.start..token.span.end]);
        if written.is_some_and(|written| written.trim_matches('"').eq_ignore_ascii_case(text)) {
            return Some(at + 1);
        }
        self.miss(at)
    }

    fn builtin(&mut self, builtin: Builtin, at: usize) -> Option<usize> {
        match builtin {
            Builtin::Expression => self.expression(at),
            Builtin::Restricted => self.restricted(at),
            Builtin::Operator if words::is_operator(self.code(at)) => Some(at + 1),
            Builtin::QueryAhead if self.query_ahead(at) => Some(at),
            Builtin::Operator | Builtin::QueryAhead => self.miss(at),
            Builtin::Nothing => Some(at),
        }
    }
}
