//! The words that statements begin with: enough to know their kind without parsing them.

/// Longer beginnings than this tell nothing more.
const KEPT: usize = 4;

/// The first words of every statement, in capitals; comments, quoted text and bodies are passed over.
pub(super) fn leading_words(sql: &str) -> Vec<Vec<String>> {
    let bytes = sql.as_bytes();
    let (mut statements, mut words) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'-' if sql[at..].starts_with("--") => at = after(sql, at, "\n"),
            b'/' if sql[at..].starts_with("/*") => at = after_comment(bytes, at),
            b'\'' => at = after(sql, at + 1, "'"),
            b'"' => at = after(sql, at + 1, "\""),
            b'$' => at = after_dollar(sql, at),
            b';' => {
                if !words.is_empty() {
                    statements.push(std::mem::take(&mut words));
                }
                at += 1;
            }
            byte if is_word(byte) => {
                let start = at;
                at += bytes[at..]
                    .iter()
                    .take_while(|byte| is_word(**byte))
                    .count();
                if bytes.get(at) == Some(&b'\'') && sql[start..at].eq_ignore_ascii_case("e") {
                    at = after_escaped(bytes, at + 1);
                } else if words.len() < KEPT {
                    words.push(sql[start..at].to_uppercase());
                }
            }
            _ => at += 1,
        }
        while !sql.is_char_boundary(at) {
            at += 1;
        }
    }
    if !words.is_empty() {
        statements.push(words);
    }
    statements
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || !byte.is_ascii()
}

/// The offset behind the next occurrence of `end`, or the end of the text.
fn after(sql: &str, from: usize, end: &str) -> usize {
    sql[from..]
        .find(end)
        .map_or(sql.len(), |found| from + found + end.len())
}

/// Block comments nest.
fn after_comment(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0_usize);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => (at, depth) = (at + 2, depth + 1),
            Some(b"*/") if depth == 1 => return at + 2,
            Some(b"*/") => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
    }
    at
}

fn after_escaped(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'\'' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn after_dollar(sql: &str, from: usize) -> usize {
    let rest = &sql[from + 1..];
    let name = rest
        .bytes()
        .take_while(|byte| is_word(*byte) && *byte != b'$')
        .count();
    if rest[name..].starts_with('$') && !rest.starts_with(|c: char| c.is_ascii_digit()) {
        let quote = &sql[from..from + name + 2];
        after(sql, from + quote.len(), quote)
    } else {
        from + 1
    }
}

#[cfg(test)]
mod tests {
    use super::leading_words;

    #[test]
    fn only_statements_count() {
        let sql = "-- VACUUM;\n/* a /* b; */ c; */ create index concurrently i on t (a);\n\
                   INSERT INTO t VALUES ('a;b', E'\\';', \"x;\", $q$ ; $q$, $1);vacuum";
        let found: Vec<String> = leading_words(sql).iter().map(|w| w.join(" ")).collect();
        assert_eq!(
            found,
            [
                "CREATE INDEX CONCURRENTLY I",
                "INSERT INTO T VALUES",
                "VACUUM"
            ]
        );
    }

    #[test]
    fn nothing_unterminated_panics() {
        for sql in [
            "'", "\"", "$$", "$a", "/*", "E'\\", "--", "é$é$ü", "$ä$ö", "/*é",
        ] {
            let _ = leading_words(sql);
        }
    }
}
