//! The commonest conditions, read straight from their tokens: `column = constant`, `column IS NULL`, and these joined with AND.

use super::single;
use crate::ir::ExprNode;
use crate::sql::cursor::Cursor;
use crate::sql::token::{Token, TokenKind};

/// The conjunction, if every part of it is that simple.
pub(super) fn conjunction(part: Cursor) -> Option<ExprNode> {
    let tokens = part.tokens();
    let pieces = tokens.split(|token| is_word(part, *token, "and"));
    let mut nodes: Vec<ExprNode> = pieces
        .map(|piece| comparison(part, piece))
        .collect::<Option<_>>()?;
    if nodes.len() == 1 {
        return nodes.pop();
    }
    Some(ExprNode::And(nodes))
}

fn comparison(part: Cursor, piece: &[Token]) -> Option<ExprNode> {
    let (first, rest) = piece.split_first()?;
    let left = single(part, *first).filter(|node| matches!(node, ExprNode::Column(_)))?;
    let is = |token: &Token, word| is_word(part, *token, word);
    match rest {
        [a, b] if is(a, "is") && is(b, "null") => Some(ExprNode::IsNull(Box::new(left))),
        [a, b, c] if is(a, "is") && is(b, "not") && is(c, "null") => {
            Some(ExprNode::IsNotNull(Box::new(left)))
        }
        [operator, constant] if operator.kind == TokenKind::Operator => {
            let operator = match part.token_text(*operator) {
                "!=" => "<>",
                plain @ ("=" | "<>" | "<" | ">" | "<=" | ">=") => plain,
                _ => return None,
            };
            let right = single(part, *constant);
            let right = right.filter(|node| matches!(node, ExprNode::Constant(_)))?;
            Some(ExprNode::Binary {
                operator: operator.to_owned(),
                left: Box::new(left),
                right: Box::new(right),
            })
        }
        _ => None,
    }
}

fn is_word(part: Cursor, token: Token, word: &str) -> bool {
    token.kind == TokenKind::Word && part.token_text(token).eq_ignore_ascii_case(word)
}
