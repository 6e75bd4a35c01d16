//! What tokens say: names folded and unquoted, strings without their quotes.

use super::token::{Token, TokenKind};

/// PostgreSQL keeps this many bytes of a name (`NAMEDATALEN - 1`).
const NAME_BYTES: usize = 63;

/// A name as the catalog stores it, from the text of a word or a quoted identifier.
pub(super) fn identifier(token: Token, text: &str) -> String {
    let mut name = match token.kind {
        TokenKind::Quoted => quoted(text),
        TokenKind::Word => text.to_ascii_lowercase(),
        _ => text.to_string(),
    };
    if name.len() > NAME_BYTES {
        let cut = (0..=NAME_BYTES).rev().find(|&at| name.is_char_boundary(at));
        name.truncate(cut.unwrap_or(0));
    }
    name
}

fn quoted(text: &str) -> String {
    let open = text.find('"').unwrap_or(0);
    let close = text.rfind('"').unwrap_or(text.len());
    let inner = text.get(open + 1..close).unwrap_or_default();
    let name = inner.replace("\"\"", "\"");
    if open > 0 {
        unicode(&name, escape_character(&text[close..]))
    } else {
        name
    }
}

/// The character that `UESCAPE 'c'` names behind a closing quote; a backslash without it.
fn escape_character(behind: &str) -> char {
    let mut backwards = behind.strip_suffix('\'').unwrap_or_default().chars();
    let clause = behind.to_ascii_lowercase().contains("uescape");
    backwards.next_back().filter(|_| clause).unwrap_or('\\')
}

/// What a string constant holds, from the text of its token.
#[must_use]
pub fn string(text: &str) -> String {
    if let Some(tagged) = text.strip_prefix('$') {
        let tag = tagged.find('$').map_or(text.len(), |at| at + 2);
        let body = text.get(tag..text.len().saturating_sub(tag));
        return body.unwrap_or_default().to_string();
    }
    let Some(open) = text.find('\'') else {
        return text.to_string();
    };
    let (inner, behind) = pieces(&text[open + 1..], text.starts_with(['e', 'E']));
    match &text[..open] {
        "e" | "E" => unescape(&inner),
        "u&" | "U&" => unicode(&inner, escape_character(behind)),
        _ => inner,
    }
}

/// What stands in a string and in those that continue it, and what stands behind.
fn pieces(mut rest: &str, escapes: bool) -> (String, &str) {
    let mut inner = String::with_capacity(rest.len());
    loop {
        let (length, closed) = piece(rest, escapes);
        inner.push_str(&rest[..length].replace("''", "'"));
        rest = rest.get(length + usize::from(closed)..).unwrap_or_default();
        match continuation(rest.as_bytes()) {
            Some(length) if closed => rest = &rest[length..],
            _ => return (inner, rest),
        }
    }
}

/// How long a string is up to its closing quote, and whether it has one.
fn piece(text: &str, escapes: bool) -> (usize, bool) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if escapes => at += 1,
            b'\'' if bytes.get(at + 1) == Some(&b'\'') => at += 1,
            b'\'' => return (at, true),
            _ => {}
        }
        at += 1;
    }
    (text.len(), false)
}

/// The length of what stands between a string and one that continues it, with the quote that opens the latter: white space with a line's end,
/// and comments to the end of a line (`quotecontinue` in PostgreSQL's `scan.l`).
pub(super) fn continuation(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut new_line = false;
    loop {
        match text.get(at)? {
            b'\n' | b'\r' => new_line = true,
            b' ' | b'\t' | 0x0b | 0x0c => {}
            b'-' if text.get(at + 1) == Some(&b'-') => {
                at += text[at..].iter().position(|&byte| byte == b'\n')?;
                continue;
            }
            b'\'' if new_line => return Some(at + 1),
            _ => return None,
        }
        at += 1;
    }
}

/// Resolves the backslash escapes of `E'...'`.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(escape) = rest.chars().next() else {
            break;
        };
        let (prefix, radix, digits) = match escape {
            'x' => (1, 16, 2),
            'u' => (1, 16, 4),
            'U' => (1, 16, 8),
            '0'..='7' => (0, 8, 3),
            _ => (0, 0, 0),
        };
        let number = (radix > 0).then(|| character(&rest[prefix..], radix, digits));
        if let Some((character, length)) = number.flatten() {
            plain.push(character);
            rest = &rest[prefix + length..];
        } else {
            plain.push(match escape {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                other => other,
            });
            rest = &rest[escape.len_utf8()..];
        }
    }
    plain + rest
}

/// The character whose number stands at the start, in so many digits at most, and how many it takes.
fn character(text: &str, radix: u32, digits: usize) -> Option<(char, usize)> {
    let is_digit = |byte: &u8| char::from(*byte).is_digit(radix);
    let length = text.bytes().take(digits).take_while(is_digit).count();
    let number = u32::from_str_radix(&text[..length], radix).ok()?;
    Some((char::from_u32(number)?, length))
}

/// Resolves the escapes of `U&'...'` and `U&"..."`: four digits, or a plus sign and six.
fn unicode(text: &str, escape: char) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(escape) {
        plain.push_str(&rest[..at]);
        rest = &rest[at + escape.len_utf8()..];
        let (prefix, digits) = if rest.starts_with('+') {
            (1, 6)
        } else {
            (0, 4)
        };
        if let Some((character, length)) = character(&rest[prefix..], 16, digits) {
            plain.push(character);
            rest = &rest[prefix + length..];
        } else {
            plain.push(escape);
            rest = rest.strip_prefix(escape).unwrap_or(rest);
        }
    }
    plain + rest
}
