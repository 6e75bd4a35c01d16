//! Keywords: the reserved ones, and those that start a statement.
//!
//! Source: `src/include/parser/kwlist.h` and `src/backend/parser/gram.y` (`stmt`) of PostgreSQL 18.

/// Words that cannot name a column or a table unless they are quoted; sorted.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "current_catalog",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "initially",
    "intersect",
    "into",
    "lateral",
    "leading",
    "limit",
    "localtime",
    "localtimestamp",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "placing",
    "primary",
    "references",
    "returning",
    "select",
    "session_user",
    "some",
    "symmetric",
    "system_user",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "when",
    "where",
    "window",
    "with",
];

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
    contains(RESERVED, word)
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
        assert!(RESERVED.is_sorted() && STATEMENTS.is_sorted());
        assert!(RESERVED.iter().all(|word| is_reserved(word)));
        assert!(
            STATEMENTS
                .iter()
                .all(|word| starts_statement(&word.to_uppercase()))
        );
        assert!(!is_reserved("name") && !starts_statement("selec"));
    }
}
