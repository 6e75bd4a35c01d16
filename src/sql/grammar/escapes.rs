//! Escapes of characters by number in strings and quoted names: those that PostgreSQL's scanner refuses.
//!
//! Source: `xeunicode` in `src/backend/parser/scan.l`, `str_udeescape` in `src/backend/parser/parser.c`.

/// Whether a string or a quoted name, as written, has an escape that cannot be read.
pub(super) fn are_broken(written: &str) -> bool {
    match written.as_bytes() {
        [b'u' | b'U', b'&', quote @ (b'\'' | b'"'), ..] => unicode(written, char::from(*quote)),
        [b'e' | b'E', b'\'', ..] => extended(&written[2..]),
        _ => false,
    }
}

/// `E'...'`: `\u` has four digits, `\U` eight.
fn extended(body: &str) -> bool {
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        let escape = &rest[at + 1..];
        let wants = match escape.as_bytes().first() {
            Some(b'u') => 4,
            Some(b'U') => 8,
            _ => 0,
        };
        if wants > 0 && !digits(&escape[1..], wants) {
            return true;
        }
        let taken = escape.chars().next().map_or(0, char::len_utf8);
        rest = &escape[taken..];
    }
    false
}

/// `U&'...' UESCAPE 'c'`: the escape character stands twice, or before four digits, or before + and six.
fn unicode(written: &str, quote: char) -> bool {
    let Some(close) = written.rfind(quote) else {
        return false;
    };
    let (mut body, mut mark) = (&written[3..close.max(3)], '\\');
    let clause = written.to_ascii_lowercase().rfind("uescape");
    if let Some((clause, end)) = clause.and_then(|at| Some((at, written[..at].rfind(quote)?)))
        && end >= 3
        && written[end + 1..clause].trim().is_empty()
    {
        body = &written[3..end];
        mark = written.chars().rev().nth(1).unwrap_or(mark);
        if mark.is_ascii_hexdigit() || mark.is_whitespace() || "+'\"".contains(mark) {
            return true;
        }
    }
    while let Some(at) = body.find(mark) {
        let escape = &body[at + mark.len_utf8()..];
        let length = match escape.strip_prefix('+') {
            _ if escape.starts_with(mark) => mark.len_utf8(),
            Some(long) if digits(long, 6) => 7,
            None if digits(escape, 4) => 4,
            _ => return true,
        };
        body = &escape[length..];
    }
    false
}

fn digits(text: &str, count: usize) -> bool {
    let found = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    found >= count
}
