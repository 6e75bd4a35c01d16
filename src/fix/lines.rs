//! Lines as a file has them: how they end, what belongs to a statement, and what a runner reads.

use crate::source::Span;

/// How the lines of a file end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Lf,
    CrLf,
}

impl Ending {
    /// That of the first line.
    pub(super) fn of(text: &str) -> Self {
        let first = text.find('\n').unwrap_or(0);
        if text[..first].ends_with('\r') {
            Self::CrLf
        } else {
            Self::Lf
        }
    }

    /// Text of ours, whose lines end in `\n`, with lines that end so.
    pub(super) fn of_text(self, text: &str) -> String {
        match self {
            Self::Lf => text.to_owned(),
            Self::CrLf => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        }
    }
}

/// Whether a line of the text is a comment that begins so.
pub(super) fn is_marked(text: &str, word: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    lines.any(|line| {
        let comment = line.strip_prefix("--");
        comment.is_some_and(|it| it.trim_start().starts_with(word))
    })
}

/// Behind a statement: its semicolon, if it has one.
pub(super) fn end(text: &str, statement: Span) -> usize {
    let rest = text.get(statement.end..).unwrap_or_default();
    let blank = rest.len() - rest.trim_start().len();
    if rest[blank..].starts_with(';') {
        statement.end + blank + 1
    } else {
        statement.end
    }
}

/// What stands before a statement in its line, where that is white space.
pub(super) fn indent(text: &str, statement: usize) -> &str {
    let line = text[..statement].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..statement];
    if before.trim_matches([' ', '\t']).is_empty() {
        before
    } else {
        ""
    }
}

/// A statement with its semicolon, the words that stand right above it, and the rest of its last line, where that is empty.
pub(super) fn whole(text: &str, statement: Span, from: usize) -> Span {
    let mut end = end(text, statement);
    let line = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    if text[end..line].trim().is_empty() {
        end = line;
    }
    Span::new(words_above(text, statement.start, from), end)
}

/// Where the comments begin that stand right above a statement and are prose; what a tool reads stays where it is.
fn words_above(text: &str, statement: usize, from: usize) -> usize {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |at| at + 1);
    let mut start = line_start(statement);
    if start < from || !text[start..statement].trim().is_empty() {
        return statement;
    }
    while start > from {
        let above = line_start(start - 1);
        if above < from || !is_prose(&text[above..start]) {
            break;
        }
        start = above;
    }
    start
}

/// A comment whose first word is a word, rather than a switch of some tool.
fn is_prose(line: &str) -> bool {
    let comment = line.trim().strip_prefix("--");
    // Tools write theirs close to the dashes.
    let comment = comment.filter(|it| it.starts_with(char::is_whitespace));
    let word = comment.and_then(|it| it.split_whitespace().next());
    let is_word = |word: &str| {
        word.chars()
            .all(|c| c.is_alphabetic() || matches!(c, ',' | '.' | '\''))
    };
    word.is_some_and(|word| is_word(word) && word.chars().any(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::whole;
    use crate::source::Span;

    #[test]
    fn a_statement_takes_its_words_along() {
        let text = "SELECT 1;\n-- migrate:up\n-- The index\n-- of names.\nSELECT 2 ; \nSELECT 3; -- more\n";
        let of = |sql: &str| {
            let at = text.find(sql).expect("it");
            let span = whole(text, Span::new(at, at + sql.len()), 0);
            &text[span.start..span.end]
        };
        assert_eq!(of("SELECT 2"), "-- The index\n-- of names.\nSELECT 2 ; \n");
        assert_eq!(of("SELECT 3"), "SELECT 3;");
        assert_eq!(of("SELECT 1"), "SELECT 1;\n");
    }
}
