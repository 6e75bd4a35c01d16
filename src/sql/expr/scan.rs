//! What can be said of an expression whose shape is not read: the columns and functions that it names.

use super::{Cursor, is_value_function};
use crate::ir::{ColumnRef, ExprNode, Name};
use crate::postgres::keywords::is_reserved;
use crate::sql::token::TokenKind;

/// Collects calls and columns, without their nesting.
pub(super) fn scan(mut part: Cursor) -> ExprNode {
    let mut found = Vec::new();
    while let Some(token) = part.peek() {
        let named = match token.kind {
            TokenKind::Quoted => true,
            TokenKind::Word => !is_operator_word(part.token_text(token)),
            TokenKind::Template => {
                found.push(ExprNode::Unparsed);
                false
            }
            _ => false,
        };
        let name = if named { part.name() } else { None };
        match name {
            Some(name) => found.push(reference(&part, name)),
            None => found.extend(value_function(&mut part)),
        }
    }
    ExprNode::Other(found)
}

fn reference(after: &Cursor, name: Name) -> ExprNode {
    if after.at_symbol(b'(') {
        ExprNode::Call {
            function: name,
            arguments: Vec::new(),
        }
    } else {
        ExprNode::Column(ColumnRef {
            table: name.schema,
            name: name.name,
        })
    }
}

fn value_function(part: &mut Cursor) -> Option<ExprNode> {
    let word = part.word().map(str::to_ascii_lowercase);
    part.next();
    let word = word.filter(|word| is_value_function(word) && is_reserved(word))?;
    Some(ExprNode::Call {
        function: Name::bare(word),
        arguments: Vec::new(),
    })
}

/// Words that stand between operands and can be no column there, though they are not reserved.
fn is_operator_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "between", "like", "ilike", "similar", "is", "isnull", "notnull", "collate", "interval",
        "escape", "at", "zone",
    ];
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}
