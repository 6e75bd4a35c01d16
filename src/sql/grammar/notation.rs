//! The notation that `rules/` is written in, and what becomes of it: nodes that a recognizer goes through.
//!
//! It is close to the synopses of PostgreSQL's documentation: `[ ]` may be left out, `{ }` groups, `|` separates alternatives, of which the first that fits is taken,
//! `x ...` is one or more, `x , ...` one or more with commas between. Words in upper case are keywords, in lower case rules; signs stand for themselves, and in
//! quotes what has another meaning here: `'['`, or a word that is no keyword. `& x` and `! x` look ahead; `@16 x` is known from version 16 on.

use super::words::{self, Code};
use crate::postgres::Version;
use crate::postgres::keywords::{self, Class};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

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
    pub(super) rules: HashMap<&'static str, NodeId>,
}

impl Grammar {
    /// The node of a rule.
    pub(super) fn rule(&self, name: &str) -> NodeId {
        *self
            .rules
            .get(name)
            .unwrap_or_else(|| panic!("no rule is called {name}"))
    }

    /// What every node may begin with, found by going round until nothing is added.
    pub(super) fn find_first(&mut self) {
        self.first = self.nodes.iter().map(leaf).collect();
        let composed: Vec<usize> = (0..self.nodes.len())
            .filter(|id| {
                !matches!(
                    self.nodes[*id],
                    Node::Code(_) | Node::Class(_) | Node::Text(_)
                )
            })
            .collect();
        loop {
            let mut grew = false;
            for &id in &composed {
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
            Node::Code(_) | Node::Class(_) | Node::Text(_) => return leaf(&node),
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

/// What a node without others in it may begin with.
fn leaf(node: &Node) -> First {
    let mut first = First::NOTHING;
    match node {
        Node::Code(code) => first.add(*code),
        Node::Class(class) => return of_class(*class),
        Node::Text(_) => first.add(words::IDENT),
        _ => {}
    }
    first
}

/// The words of a class, in any version; there are few classes, and many nodes of each.
fn of_class(class: Class) -> First {
    static KNOWN: Mutex<Vec<(Class, First)>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, first)) = known.iter().find(|(it, _)| *it == class) {
        return *first;
    }
    let first = words_of(class);
    known.push((class, first));
    first
}

fn words_of(class: Class) -> First {
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
