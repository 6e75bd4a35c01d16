//! Expressions: bounded parts of a statement to `ir::Expr`.

mod lower;
mod rows;
mod scan;
mod simple;

use super::cursor::{Cursor, depth_after};
use super::text;
use super::token::{Token, TokenKind};
use crate::ir::{ColumnRef, Expr, ExprNode, Name};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token as SqlToken;

/// Longer expressions are only scanned for names: trees of them would be too deep to walk.
const TOKEN_LIMIT: usize = 1000;
/// Deeper ones too: `sqlparser` tries every parenthesis in several ways.
const DEPTH_LIMIT: usize = 12;

/// Reads everything that is left in `part` as one expression.
pub(super) fn expression(part: Cursor) -> Expr {
    Expr {
        text: part.text().to_string(),
        node: node(part),
    }
}

fn node(part: Cursor) -> ExprNode {
    if let Some(node) = plain(part).or_else(|| simple::conjunction(part)) {
        return node;
    }
    let tokens = part.tokens();
    if tokens.len() <= TOKEN_LIMIT && depth(tokens) <= DEPTH_LIMIT {
        parsed(part).unwrap_or_else(|| scan::scan(part))
    } else {
        scan::scan(part)
    }
}

/// The commonest expressions: one literal or column, and a call without arguments.
fn plain(mut part: Cursor) -> Option<ExprNode> {
    let tokens = part.tokens();
    match tokens {
        [token] => single(part, *token),
        [.., open, close]
            if open.kind == TokenKind::Symbol(b'(') && close.kind == TokenKind::Symbol(b')') =>
        {
            let function = part.name()?;
            (part.tokens().len() == 2).then_some(ExprNode::Call {
                function,
                arguments: Vec::new(),
            })
        }
        [] => Some(ExprNode::Unparsed),
        _ => None,
    }
}

fn single(part: Cursor, token: Token) -> Option<ExprNode> {
    let written = part.token_text(token);
    Some(match token.kind {
        TokenKind::String | TokenKind::Number | TokenKind::Parameter => {
            ExprNode::Constant(written.to_string())
        }
        TokenKind::Word => match written.to_ascii_lowercase().as_str() {
            "null" => ExprNode::Null,
            word @ ("true" | "false") => ExprNode::Constant(word.to_string()),
            word if is_value_function(word) => ExprNode::Call {
                function: Name::bare(word),
                arguments: Vec::new(),
            },
            _ => column(token, written),
        },
        TokenKind::Quoted => column(token, written),
        TokenKind::Template => ExprNode::Unparsed,
        TokenKind::Operator | TokenKind::Symbol(_) => return None,
    })
}

fn column(token: Token, written: &str) -> ExprNode {
    ExprNode::Column(ColumnRef::bare(text::identifier(token, written)))
}

/// The functions that are called without parentheses (`SQLValueFunction`).
fn is_value_function(word: &str) -> bool {
    matches!(
        word,
        "current_date"
            | "current_time"
            | "current_timestamp"
            | "localtime"
            | "localtimestamp"
            | "current_user"
            | "current_role"
            | "current_catalog"
            | "current_schema"
            | "session_user"
            | "system_user"
            | "user"
    )
}

fn depth(tokens: &[Token]) -> usize {
    let mut deepest = 0;
    tokens.iter().fold(0, |depth, &token| {
        let depth = depth_after(depth, token);
        deepest = deepest.max(depth);
        depth
    });
    deepest
}

fn parsed(part: Cursor) -> Option<ExprNode> {
    let dialect = PostgreSqlDialect {};
    let mut parser = Parser::new(&dialect).try_with_sql(&masked(part)).ok()?;
    let tree = parser.parse_expr().ok()?;
    (parser.peek_token_ref().token == SqlToken::EOF).then(|| lower::lower(&tree))
}

/// The text with every template part as a name of the same length, which an SQL parser can read.
pub(super) fn masked(part: Cursor) -> String {
    let start = part.span().start;
    let mut text = part.text().to_string();
    for token in part.tokens() {
        if token.kind == TokenKind::Template {
            let range = token.span.start - start..token.span.end - start;
            text.replace_range(range.clone(), &"_".repeat(range.len()));
        }
    }
    text
}
