//! How text may look where it is shown.

use unicode_width::UnicodeWidthStr;

/// What the place that text goes to can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub color: bool,
    pub unicode: bool,
    /// In columns.
    pub width: usize,
    /// Whether what is wider loses its end: on a terminal it would be broken, in a pipe it is wanted.
    pub cuts: bool,
    /// Whether text can be a link.
    pub links: bool,
}

impl Look {
    /// No colours, ASCII drawings, 80 columns.
    pub const PLAIN: Self = Self {
        color: false,
        unicode: false,
        width: 80,
        cuts: false,
        links: false,
    };

    /// `text` in bold, where that can be shown.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.styled("1", text)
    }

    /// `text`, less conspicuous.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.styled("2", text)
    }

    /// `text` in the colour of code.
    #[must_use]
    pub fn code(self, text: &str) -> String {
        self.styled("36", text)
    }

    /// `text` in the colour of an error.
    #[must_use]
    pub fn danger(self, text: &str) -> String {
        self.styled("1;31", text)
    }

    /// `text` in the colour of a warning.
    #[must_use]
    pub fn caution(self, text: &str) -> String {
        self.styled("1;33", text)
    }

    fn styled(self, code: &str, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// `text`, which leads to `url` where that can be shown.
    #[must_use]
    pub fn link(self, text: &str, url: &str) -> String {
        if self.links && url.contains("://") {
            format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\")
        } else {
            text.to_owned()
        }
    }

    /// The sign for what was left out.
    #[must_use]
    pub const fn ellipsis(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// `text` in at most `width` columns, its end left out where it is longer.
    #[must_use]
    pub fn clip(self, text: &str, width: usize) -> String {
        if !self.cuts {
            return text.to_owned();
        }
        // A character is no wider than two columns: what is beyond that need not be measured.
        let head: String = text.chars().take(width * 2 + 1).collect();
        if head.len() == text.len() && head.width() <= width {
            return head;
        }
        let room = width.saturating_sub(self.ellipsis().width());
        let mut clipped = String::new();
        for c in head.chars() {
            let mut next = clipped.clone();
            next.push(c);
            if next.width() > room {
                break;
            }
            clipped = next;
        }
        clipped.trim_end().to_owned() + self.ellipsis()
    }
}

/// `text` filled up with blanks to `width` columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// The text on one line, every run of white space one blank, control characters made visible.
#[must_use]
pub fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::new();
    for c in text.trim().chars() {
        if line.len() > limit {
            break;
        }
        if c.is_whitespace() {
            if !line.ends_with(' ') {
                line.push(' ');
            }
        } else {
            line.push(if c.is_control() { '\u{fffd}' } else { c });
        }
    }
    line
}

/// `1 error`, `2 errors`.
#[must_use]
pub fn count(number: usize, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {one}{s}", grouped(number as u64))
}

/// `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
