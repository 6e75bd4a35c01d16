//! Names that PostgreSQL makes from others.
//!
//! Source: `makeObjectName` in `src/backend/commands/indexcmds.c`.

/// The most bytes that a name has: `NAMEDATALEN` less its terminator.
const LONGEST: usize = 63;

/// `first_second_label`, with the longer of the two shortened until it fits.
#[must_use]
pub fn object_name(first: &str, second: &str, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(!second.is_empty());
    let (mut a, mut b) = (first.len(), second.len());
    while a + b + overhead > LONGEST {
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

/// The first `bytes` bytes, or fewer so as not to cut a character.
fn clip(text: &str, mut bytes: usize) -> &str {
    while !text.is_char_boundary(bytes) {
        bytes -= 1;
    }
    &text[..bytes]
}
