//! What of the grammar the reading of expressions needs at every step, looked up once.

use super::notation::{Grammar, NodeId};
use super::words::{self, Code};

/// What of the grammar expressions are made of.
pub(super) struct Parts {
    pub(super) primary: NodeId,
    pub(super) tail_is: NodeId,
    pub(super) tail_is_document: NodeId,
    pub(super) tail_is_distinct: NodeId,
    pub(super) tail_in: NodeId,
    pub(super) tail_any: NodeId,
    pub(super) tail_at: NodeId,
    pub(super) tail_at_local: NodeId,
    pub(super) tail_operator: NodeId,
    pub(super) any_name: NodeId,
    pub(super) type_name: NodeId,
    pub(super) codes: Codes,
    pub(super) query: QueryCodes,
}

impl Parts {
    /// The parts of this grammar.
    pub(super) fn of(grammar: &Grammar) -> Self {
        Self {
            primary: grammar.rule("primary"),
            tail_is: grammar.rule("tail_is"),
            tail_is_document: grammar.rule("tail_is_document"),
            tail_is_distinct: grammar.rule("tail_is_distinct"),
            tail_in: grammar.rule("tail_in"),
            tail_any: grammar.rule("tail_any"),
            tail_at: grammar.rule("tail_at"),
            tail_at_local: grammar.rule("tail_at_local"),
            tail_operator: grammar.rule("tail_operator"),
            any_name: grammar.rule("any_name"),
            type_name: grammar.rule("type"),
            codes: Codes::new(),
            query: QueryCodes {
                begins: ["select", "with", "table"].map(keyword),
                values: keyword("values"),
                goes_on: [
                    "union",
                    "intersect",
                    "except",
                    "order",
                    "limit",
                    "offset",
                    "fetch",
                    "for",
                ]
                .map(keyword),
            },
        }
    }
}

/// The keywords that are operators or belong to some.
pub(super) struct Codes {
    pub(super) or: Code,
    pub(super) and: Code,
    pub(super) not: Code,
    pub(super) is: Code,
    pub(super) isnull: Code,
    pub(super) notnull: Code,
    pub(super) between: Code,
    pub(super) r#in: Code,
    pub(super) like: Code,
    pub(super) ilike: Code,
    pub(super) similar: Code,
    pub(super) to: Code,
    pub(super) escape: Code,
    pub(super) symmetric: Code,
    pub(super) asymmetric: Code,
    pub(super) at: Code,
    pub(super) collate: Code,
    pub(super) operator: Code,
}

impl Codes {
    fn new() -> Self {
        Self {
            or: keyword("or"),
            and: keyword("and"),
            not: keyword("not"),
            is: keyword("is"),
            isnull: keyword("isnull"),
            notnull: keyword("notnull"),
            between: keyword("between"),
            r#in: keyword("in"),
            like: keyword("like"),
            ilike: keyword("ilike"),
            similar: keyword("similar"),
            to: keyword("to"),
            escape: keyword("escape"),
            symmetric: keyword("symmetric"),
            asymmetric: keyword("asymmetric"),
            at: keyword("at"),
            collate: keyword("collate"),
            operator: keyword("operator"),
        }
    }
}

/// The keywords that a query begins with, and that it goes on with behind a query in parentheses.
pub(super) struct QueryCodes {
    pub(super) begins: [Code; 3],
    pub(super) values: Code,
    pub(super) goes_on: [Code; 8],
}

fn keyword(word: &str) -> Code {
    words::code(word).unwrap_or_else(|| panic!("{word} is no keyword"))
}
