//! Names that PostgreSQL makes from others, and how they are written.
//!
//! Source: `makeObjectName` in `src/backend/commands/indexcmds.c`.

use super::keywords;

/// The most bytes that a name has: `NAMEDATALEN` less its terminator.
pub const LONGEST_NAME: usize = 63;

/// `first_second_label`, with the longer of the two shortened until it fits.
#[must_use]
pub fn object_name(first: &str, second: &str, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(!second.is_empty());
    let (mut a, mut b) = (first.len(), second.len());
    while a + b + overhead > LONGEST_NAME {
        if a > b {
            a -= 1;
        } else {
            b -= 1;
        }
    }
    let first = clip(first, a);
    let second = clip(second, b);
    if second.is_empty() {
        format!("{first}_{label}")
    } else {
        format!("{first}_{second}_{label}")
    }
}

/// A name as it must be written in SQL: in double quotes where it would be folded or is a reserved word.
#[must_use]
pub fn quote(name: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    if starts && name.chars().all(plain) && !keywords::is_reserved(name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// The first `bytes` bytes, or fewer so as not to cut a character.
fn clip(text: &str, mut bytes: usize) -> &str {
    while !text.is_char_boundary(bytes) {
        bytes -= 1;
    }
    &text[..bytes]
}
