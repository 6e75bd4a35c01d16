//! PostgreSQL's grammar as a recognizer: whether a statement is one, from which version on, and else the first token that is wrong.
//!
//! `rules/` holds the grammar in a notation close to the synopses of the documentation, which `notation` reads once; `recognizer` goes along it, and `operators`
//! knows how expressions are put together. Nothing is made of what is read: that is the work of the families beside this module.

mod escapes;
mod notation;
mod operators;
mod parts;
mod reader;
mod recognizer;
mod words;

use super::token::Token;
use crate::postgres::Version;
use notation::{Grammar, NodeId};
use parts::Parts;
use recognizer::Recognizer;
use std::sync::OnceLock;
use words::{Code, Words};

/// The rules, compiled.
struct Syntax {
    grammar: Grammar,
    parts: Parts,
    statement: NodeId,
    expression: NodeId,
    place: NodeId,
    type_name: NodeId,
    select: Code,
}

fn syntax() -> &'static Syntax {
    static SYNTAX: OnceLock<Syntax> = OnceLock::new();
    SYNTAX.get_or_init(|| {
        let grammar = reader::grammar(&[
            include_str!("rules/expression.rules"),
            include_str!("rules/query.rules"),
            include_str!("rules/table.rules"),
            include_str!("rules/object.rules"),
            include_str!("rules/utility.rules"),
        ]);
        Syntax {
            parts: Parts::of(&grammar),
            statement: grammar.rule("statement"),
            expression: grammar.rule("plpgsql_expression"),
            place: grammar.rule("plpgsql_place"),
            type_name: grammar.rule("type"),
            select: words::code("select").unwrap_or(words::STRAY),
            grammar,
        }
    })
}

/// What the grammars of all versions say of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All versions take it.
    Fine,
    /// Versions from one to another take it; the others stop at this token.
    Between(Version, Version, usize),
    /// The newest stops at this token; one behind the last stands for the end.
    Refused(usize),
}

/// What a text is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Statement,
    /// PERFORM: a query whose first word stands for SELECT.
    Perform,
    /// An expression of PL/pgSQL.
    Expression,
    /// What PL/pgSQL assigns to.
    Place,
    /// The type of a variable.
    Type,
}

/// Asks the grammar, statement after statement.
#[derive(Default)]
pub(super) struct Judge {
    words: Words,
}

impl Judge {
    /// Judges one statement without its semicolon, or a part of PL/pgSQL, whose tokens stand in `text`.
    pub(super) fn part(&mut self, part: Part, text: &str, tokens: &[Token]) -> Verdict {
        let syntax = syntax();
        self.words.first = (part == Part::Perform).then_some(syntax.select);
        let rule = match part {
            Part::Statement | Part::Perform => syntax.statement,
            Part::Expression => syntax.expression,
            Part::Place => syntax.place,
            Part::Type => syntax.type_name,
        };
        self.rule(rule, text, tokens)
    }

    fn rule(&mut self, rule: NodeId, text: &str, tokens: &[Token]) -> Verdict {
        let mut taken: Option<(Version, Version)> = None;
        let mut stop = None;
        let mut unsure = None;
        for version in Version::all() {
            if version == Version::OLDEST || self.words.varies {
                self.words.read(text, tokens, version);
            }
            unsure = unsure.or(self.words.is_unsure.then_some(version));
            match self.stops(rule, text, tokens, version) {
                // What the oldest takes all take, unless a word of it changes.
                None if !self.words.varies && stop.is_none() => return Verdict::Fine,
                None => taken = Some((taken.map_or(version, |(from, _)| from), version)),
                Some(at) if taken.is_some() => stop = stop.or(Some(at)),
                Some(at) => stop = Some(at),
            }
        }
        match (taken, stop) {
            (Some((from, to)), Some(at)) => Verdict::Between(from, to, at),
            (Some(_) | None, None) => Verdict::Fine,
            (None, Some(at)) => unsure.map_or(Verdict::Refused(at), |version| {
                Verdict::Between(version, version, at)
            }),
        }
    }

    /// The token at which a version stops.
    fn stops(&self, rule: NodeId, text: &str, tokens: &[Token], version: Version) -> Option<usize> {
        let syntax = syntax();
        let words = &self.words.words;
        let mut recognizer = Recognizer::new(
            (&syntax.grammar, &syntax.parts),
            words,
            (text, tokens),
            version,
        );
        let end = recognizer.node(rule, 0);
        if recognizer.gave_up || end == Some(tokens.len()) {
            return None;
        }
        let end = end.unwrap_or(0);
        Some(recognizer.furthest.max(end))
    }
}
