//! Keywords: what each may name in each version, and which start a statement.
//!
//! Source: `pg_get_keywords()` of every version (`data/keywords.tsv`), and `stmt` in `src/backend/parser/gram.y` of PostgreSQL 18.

use super::Version;
use super::data::rows;
use std::sync::OnceLock;

/// What a word may be in a version, as flags: how `gram.y` groups keywords, and whether it may stand as a column's label without AS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class(u8);

impl Class {
    /// No keyword at all.
    pub const NAME: Self = Self(1 | 32);
    /// Any of the flags of both.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    pub const UNRESERVED: Self = Self(2);
    /// Names columns and tables, but no types and functions.
    pub const COLUMN_NAME: Self = Self(4);
    /// Names types and functions, but no columns and tables.
    pub const TYPE_OR_FUNCTION: Self = Self(8);
    pub const RESERVED: Self = Self(16);
    /// A label without AS.
    pub const BARE_LABEL: Self = Self(32);
    /// No word.
    pub const NONE: Self = Self(0);
    /// What is no keyword, without what else that means.
    pub const PLAIN: Self = Self(1);

    /// Whether the two have a flag in common.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn read(cell: &str) -> Self {
        let group = match cell.as_bytes() {
            [b'U', ..] => Self::UNRESERVED,
            [b'C', ..] => Self::COLUMN_NAME,
            [b'T', ..] => Self::TYPE_OR_FUNCTION,
            [b'R', ..] => Self::RESERVED,
            _ => return Self::NAME,
        };
        if cell.ends_with('b') {
            group.or(Self::BARE_LABEL)
        } else {
            group
        }
    }
}

/// One keyword of any version.
#[derive(Clone, Copy, Debug)]
pub struct Keyword {
    /// In lower case.
    pub word: &'static str,
    /// What it is in each version, the oldest first.
    classes: [Class; VERSIONS],
}

impl Keyword {
    /// What it is in this version.
    #[must_use]
    pub fn class(&self, version: Version) -> Class {
        self.classes[usize::from(version.major() - Version::OLDEST.major())]
    }

    /// Whether it is the same in all versions.
    #[must_use]
    pub fn is_steady(&self) -> bool {
        self.classes.iter().all(|class| *class == self.classes[0])
    }
}

const VERSIONS: usize = (Version::NEWEST.major() - Version::OLDEST.major() + 1) as usize;
/// How many places the table has: a power of two, sparse enough that most words are found or missed at once.
const PLACES: usize = 2048;

/// All keywords, and where the hash of each leads.
struct Table {
    keywords: Vec<Keyword>,
    places: Vec<u16>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let keywords: Vec<Keyword> = rows(include_str!("data/keywords.tsv"))
            .map(|[word, a, b, c, d, e]| Keyword {
                word,
                classes: [a, b, c, d, e].map(Class::read),
            })
            .collect();
        let mut places = vec![u16::MAX; PLACES];
        for (number, keyword) in (0u16..).zip(&keywords) {
            let mut place = hash(keyword.word);
            while places[place] != u16::MAX {
                place = (place + 1) % PLACES;
            }
            places[place] = number;
        }
        Table { keywords, places }
    })
}

/// FNV-1a of the word in lower case.
fn hash(word: &str) -> usize {
    let folded = word.bytes().fold(0x811c_9dc5u32, |hash, byte| {
        (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
    });
    (folded ^ (folded >> 15)) as usize % PLACES
}

/// All keywords of any version, in order of their letters.
#[must_use]
pub fn all() -> &'static [Keyword] {
    &table().keywords
}

/// The number of a word, in any case, among `all`.
#[must_use]
pub fn number(word: &str) -> Option<u16> {
    let table = table();
    let mut place = hash(word);
    loop {
        let number = table.places[place];
        let keyword = table.keywords.get(usize::from(number))?;
        if keyword.word.eq_ignore_ascii_case(word) {
            return Some(number);
        }
        place = (place + 1) % PLACES;
    }
}

/// Words that start a statement; sorted.
const STATEMENTS: &[&str] = &[
    "abort",
    "alter",
    "analyse",
    "analyze",
    "begin",
    "call",
    "checkpoint",
    "close",
    "cluster",
    "comment",
    "commit",
    "copy",
    "create",
    "deallocate",
    "declare",
    "delete",
    "discard",
    "do",
    "drop",
    "end",
    "execute",
    "explain",
    "fetch",
    "grant",
    "import",
    "insert",
    "listen",
    "load",
    "lock",
    "merge",
    "move",
    "notify",
    "prepare",
    "reassign",
    "refresh",
    "reindex",
    "release",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "security",
    "select",
    "set",
    "show",
    "start",
    "table",
    "truncate",
    "unlisten",
    "update",
    "vacuum",
    "values",
    "with",
];

/// Whether the unquoted word, in any case, is reserved.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    number(word).is_some_and(|number| {
        all()[usize::from(number)]
            .class(Version::NEWEST)
            .meets(Class::RESERVED)
    })
}

/// Whether a PostgreSQL statement may start with this word, in any case.
#[must_use]
pub fn starts_statement(word: &str) -> bool {
    contains(STATEMENTS, word)
}

fn contains(sorted: &[&str], word: &str) -> bool {
    let longest = 17;
    if word.len() > longest {
        return false;
    }
    let folded = |entry: &&str| {
        let written = word.bytes().map(|byte| byte.to_ascii_lowercase());
        entry.bytes().cmp(written)
    };
    sorted.binary_search_by(folded).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_searched_in_any_case() {
        assert!(STATEMENTS.is_sorted());
        assert!(all().len() > 450 && all().iter().all(|keyword| number(keyword.word).is_some()));
        assert!(is_reserved("SELECT") && is_reserved("system_user"));
        assert!(
            STATEMENTS
                .iter()
                .all(|word| starts_statement(&word.to_uppercase()))
        );
        assert!(!is_reserved("name") && !starts_statement("selec"));
    }
}
