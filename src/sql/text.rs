//! What tokens say: names folded and unquoted, strings without their quotes.

use super::token::{Token, TokenKind};

/// PostgreSQL keeps this many bytes of a name (`NAMEDATALEN - 1`).
const NAME_BYTES: usize = 63;

/// A name as the catalog stores it, from the text of a word or a quoted identifier.
pub(super) fn identifier(token: Token, text: &str) -> String {
    let mut name = match token.kind {
        TokenKind::Quoted => {
            let inner = text.trim_start_matches(['u', 'U', '&']);
            let inner = inner.get(1..inner.len() - 1).unwrap_or_default();
            inner.replace("\"\"", "\"")
        }
        TokenKind::Word => text.to_ascii_lowercase(),
        _ => text.to_string(),
    };
    if name.len() > NAME_BYTES {
        let cut = (0..=NAME_BYTES).rev().find(|&at| name.is_char_boundary(at));
        name.truncate(cut.unwrap_or(0));
    }
    name
}

/// What a string constant holds, from the text of its token.
pub(super) fn string(text: &str) -> String {
    if let Some(tagged) = text.strip_prefix('$') {
        let tag = tagged.find('$').map_or(text.len(), |at| at + 2);
        let body = text.get(tag..text.len().saturating_sub(tag));
        return body.unwrap_or_default().to_string();
    }
    let Some(open) = text.find('\'') else {
        return text.to_string();
    };
    let inner = text.get(open + 1..text.len() - 1).unwrap_or_default();
    let inner = inner.replace("''", "'");
    if text.starts_with(['e', 'E']) {
        unescape(&inner)
    } else {
        inner
    }
}

/// Resolves the backslash escapes of `E'...'` that stand for one plain character.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}
