//! Passwords never leave: whatever is written, in whatever format, is masked at the end.

use regex::{Captures, Regex};
use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::LazyLock;

/// Without one of these words a text holds no password but that of a URL: one look for all of them is cheaper than one for each place.
static KEYS: LazyLock<Regex> = LazyLock::new(|| {
    let keys = Regex::new("(?i)pass|pwd");
    keys.unwrap_or_else(|error| unreachable!("{error}"))
});
/// Of the places, that in a URL is the last one.
const IN_URL: usize = 1;

/// In text that is read as it is.
static TEXT: LazyLock<Vec<Regex>> = LazyLock::new(|| places(""));
/// In JSON, where a bare quote ends a string.
static JSON: LazyLock<Vec<Regex>> = LazyLock::new(|| places(r"\x22"));
/// In HTML, where a tag ends a text.
static HTML: LazyLock<Vec<Regex>> = LazyLock::new(|| places("<"));

/// Where a password may stand; the group called `secret` is one. A quote and a blank may be escaped, as JSON and HTML do. What is taken for a password
/// and is none costs nothing: only what is shown changes. `end`: what never stands in one.
fn places(end: &str) -> Vec<Regex> {
    let quote = r"(?:'|&\#x27;|&\#39;|\\u0027|\\')";
    let blank = r"(?:\s|\\[nrt])";
    let key = format!(r"(?is)(?:password|passwd|passfile|pwd)(?:{quote}|\\?\x22|&quot;)?");
    // A word of its own, then a literal: it is separated by a blank or by a sign.
    let literal = format!(r"{key}(?:{blank}*(?:=|:=|=>|:){blank}*|{blank}+)(?:e|u&|u&amp;)?");
    let inside = format!(r"[^'&\\\n{end}]|&amp;|&lt;|&gt;|&quot;|\\[\\nrt\x22/]");
    let places = [
        // A literal in a literal, where all quotes are doubled.
        format!(r"{literal}{quote}{quote}(?P<secret>(?:{inside})+){quote}{quote}"),
        // CREATE ROLE ... PASSWORD 'x', OPTIONS (password 'x'), SET password = E'x'; a quote in it is doubled.
        format!(r"{literal}{quote}(?P<secret>(?:{quote}{quote}|{inside})+){quote}"),
        // PASSWORD $$x$$
        format!(
            r"{key}{blank}*(?:=|:=|=>)?{blank}*\$\w*\$(?P<secret>(?:[^\\\n{end}]|\\.)+?)\$\w*\$"
        ),
        // A connection string: password=x
        format!(r"{key}{blank}*={blank}*(?P<secret>[^\s'\x22&;,)(\\$<]+)"),
        // postgres://user:x@host: all up to the last at sign before the host.
        r#"(?i)[a-z][a-z0-9+.-]*://[^\s/:@'"<>\\]*:(?P<secret>[^\s'"<>/\\]+)@"#.to_owned(),
    ];
    let compiled = places.iter().map(|place| Regex::new(place));
    compiled
        .map(|it| it.unwrap_or_else(|error| unreachable!("{error}")))
        .collect()
}

/// The text with every password in it replaced by as many stars, so that what stands below still points at its place.
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    let places = match text.chars().next() {
        Some('{' | '[') => &JSON,
        Some('<') => &HTML,
        _ => &TEXT,
    };
    masked_at(places, text)
}

fn masked_at<'t>(places: &[Regex], text: &'t str) -> Cow<'t, str> {
    let first = if KEYS.is_match(text) {
        0
    } else {
        places.len() - IN_URL
    };
    let mut text = Cow::Borrowed(text);
    for place in &places[first..] {
        if let Cow::Owned(changed) = place.replace_all(&text, mask) {
            text = Cow::Owned(changed);
        }
    }
    text
}

/// Writes JSON on, masked: no text in it may go over the end of a line.
#[derive(Debug)]
pub struct MaskedJson<W: Write> {
    out: W,
    /// What came since the last time that lines were masked.
    lines: Vec<u8>,
}

/// Lines are masked together, as soon as they have so many bytes.
const TOGETHER: usize = 1 << 16;

impl<W: Write> MaskedJson<W> {
    pub fn new(out: W) -> Self {
        let lines = Vec::with_capacity(2 * TOGETHER);
        Self { out, lines }
    }

    fn hand_on(&mut self, end: usize) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.lines[..end]);
        self.out.write_all(masked_at(&JSON, &text).as_bytes())?;
        self.lines.drain(..end);
        Ok(())
    }
}

impl<W: Write> Write for MaskedJson<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.lines.extend_from_slice(bytes);
        if self.lines.len() < TOGETHER || !bytes.contains(&b'\n') {
            return Ok(());
        }
        let last = self.lines.iter().rposition(|byte| *byte == b'\n');
        self.hand_on(last.map_or(0, |at| at + 1))
    }

    /// Whatever is on the last line, it is at its end.
    fn flush(&mut self) -> io::Result<()> {
        self.hand_on(self.lines.len())?;
        self.out.flush()
    }
}

/// What was found, with stars for its secret.
fn mask(found: &Captures<'_>) -> String {
    let (start, whole) = found.get(0).map_or((0, ""), |it| (it.start(), it.as_str()));
    let Some(secret) = found.name("secret") else {
        return whole.to_owned();
    };
    let (from, to) = (secret.start() - start, secret.end() - start);
    let stars = "*".repeat(secret.as_str().chars().count());
    [&whole[..from], &stars, &whole[to..]].concat()
}

#[cfg(test)]
mod tests {
    use super::{MaskedJson, TOGETHER, masked};
    use std::io::Write;

    /// Ways to write the password `s3cr3t`, each with what is left of it.
    const WRITTEN: &[&str] = &[
        "CREATE ROLE r LOGIN PASSWORD 's3cr3t' VALID UNTIL 'infinity'",
        "ALTER USER u WITH ENCRYPTED PASSWORD\n  E's3cr3t'",
        "ALTER ROLE r password $$s3cr3t$$",
        "ALTER ROLE r PASSWORD $pw$s3cr3t$pw$",
        "CREATE USER MAPPING FOR u SERVER s OPTIONS (user 'u', password 's3cr3t')",
        "ALTER USER MAPPING FOR u SERVER s OPTIONS (SET \"password\" 's3cr3t')",
        "CREATE SUBSCRIPTION s CONNECTION 'host=h password=s3cr3t dbname=d' PUBLICATION p",
        "SELECT dblink('host=h password=''s3cr3t''', 'SELECT 1')",
        "SELECT dblink_connect('postgres://u:s3cr3t@h:5432/d?sslmode=require')",
        "SELECT 'postgresql://h/d?user=u&password=s3cr3t'",
        "UPDATE accounts SET password = 's3cr3t' WHERE id = 1",
        "migrations.RunSQL(\"ALTER ROLE r PASSWORD 's3cr3t'\")",
        "{\"sql\": \"CREATE ROLE r\\n  PASSWORD\\n 's3cr3t'\"}",
        "<code>CREATE ROLE r PASSWORD &#x27;s3cr3t&#x27;</code>",
        "<code>CREATE ROLE r PASSWORD &#39;s3cr3t&#39;</code>",
        "EXECUTE 'ALTER ROLE r PASSWORD ''s3cr3t'''",
        "DATABASES = {'PASSWORD': 's3cr3t'}",
    ];

    #[test]
    fn json_that_is_written_piece_by_piece_is_masked_as_a_whole_is() {
        let line = "{\"sql\": \"CREATE ROLE r PASSWORD 's3cr3t'\"},\n";
        let whole = format!("[{}]", line.repeat(3 * TOGETHER / line.len()));
        for size in [1, 7, 1_000, whole.len()] {
            let mut written = Vec::new();
            let mut out = MaskedJson::new(&mut written);
            for piece in whole.as_bytes().chunks(size) {
                out.write_all(piece).expect("memory");
            }
            out.flush().expect("memory");
            let written = String::from_utf8(written).expect("UTF-8");
            assert!(written == masked(&whole), "in pieces of {size}");
            assert!(!written.contains("s3cr3t"), "in pieces of {size}");
        }
    }

    #[test]
    fn passwords_are_masked_and_nothing_moves() {
        let mut failed = Vec::new();
        for text in WRITTEN {
            let shown = masked(text);
            if shown != text.replace("s3cr3t", "******") {
                failed.push(format!("{text}: {shown}"));
            }
        }
        assert!(failed.is_empty(), "{}", failed.join("\n"));
    }

    #[test]
    fn odd_passwords_are_masked_whole() {
        let cases = [
            ("PASSWORD 'a b''c d'", "PASSWORD '********'"),
            ("PASSWORD 'gänse'", "PASSWORD '*****'"),
            (
                "{\"a\": \"the password 'is\", \"b\": \"PASSWORD 'x\\\"y'\"}",
                "{\"a\": \"the password 'is\", \"b\": \"PASSWORD '****'\"}",
            ),
            ("postgres://u:p@ss:w@h/d", "postgres://u:******@h/d"),
        ];
        let wrong = cases.iter().filter(|(text, shown)| masked(text) != *shown);
        let wrong: Vec<String> = wrong.map(|(text, _)| masked(text).into_owned()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn what_is_no_password_is_shown() {
        for text in [
            "ALTER TABLE users ADD COLUMN password varchar(128) NOT NULL",
            "ALTER TABLE users ALTER COLUMN password TYPE text, ALTER b SET DEFAULT 'x'",
            "CREATE TYPE kind AS ENUM ('password', 'token')",
            "see https://example.org:443/password/reset",
            "ALTER ROLE r PASSWORD NULL",
            "-- the password 'is reset\nSELECT 'x'",
            "{\"a\": \"the password 'is\", \"b\": \"it's\"}",
            "<p>the password 'is</p><p>it's</p>",
            "{\"a\": \"the password $$\", \"b\": \"$$\"}",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
