//! A list of names that stays short however long it is.

use std::fmt;

/// How many names are written out; of more, one fewer and how many follow.
const MOST: usize = 4;

/// The first few of some names, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    few: Vec<String>,
    total: usize,
}

impl Names {
    /// One more.
    pub fn push(&mut self, name: &str) {
        if self.few.len() < MOST {
            self.few.push(name.to_owned());
        }
        self.total += 1;
    }

    /// So many more, whatever they are called.
    pub fn push_unnamed(&mut self, number: usize) {
        self.total += number;
    }

    /// The first few of them.
    #[must_use]
    pub fn few(&self) -> &[String] {
        &self.few
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.total == 0
    }
}

impl<S: AsRef<str>> FromIterator<S> for Names {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let mut list = Self::default();
        for name in names {
            list.push(name.as_ref());
        }
        list
    }
}

impl fmt::Display for Names {
    /// `a`, `a and b`, `a, b and c`, `a, b, c and 17 more`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, last) = match self.few.as_slice() {
            few if self.total > few.len() => {
                let shown = &few[..few.len().min(MOST - 1)];
                (shown, format!("{} more", self.total - shown.len()))
            }
            [head @ .., last] => (head, last.clone()),
            [] => return Ok(()),
        };
        if !head.is_empty() {
            write!(f, "{} and ", head.join(", "))?;
        }
        f.write_str(&last)
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_long_list_is_folded() {
        let text = |names: &[&str]| names.iter().collect::<Names>().to_string();
        assert_eq!(text(&[]), "");
        assert_eq!(text(&["a"]), "a");
        assert_eq!(text(&["a", "b"]), "a and b");
        assert_eq!(text(&["a", "b", "c", "d"]), "a, b, c and d");
        assert_eq!(text(&["a", "b", "c", "d", "e"]), "a, b, c and 2 more");
    }
}
