//! The names that Django gives to tables, indexes and constraints.
//!
//! Source: `django/db/backends/utils.py`, `_create_index_name` in `django/db/backends/base/schema.py`.

use md5::{Digest, Md5};
use std::fmt::Write as _;

/// Bytes that a name may have on PostgreSQL.
const MAX_LENGTH: usize = 63;

/// A name in double quotes, unless it stands in them already.
#[must_use]
pub fn quote(name: &str) -> String {
    if name.len() > 1 && name.starts_with('"') && name.ends_with('"') {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}

/// The first `length` hexadecimal digits of the MD5 sum of all parts.
#[must_use]
pub fn digest<'a>(parts: impl IntoIterator<Item = &'a str>, length: usize) -> String {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(part.as_bytes());
    }
    let mut hex = String::with_capacity(32);
    for byte in md5.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex.truncate(length);
    hex
}

/// The table's own name, without schema and quotes.
#[must_use]
pub fn bare_table(table: &str) -> &str {
    match table.split_once("\".\"") {
        Some((_, name)) if !name.contains("\".\"") => name.trim_matches('"'),
        _ => table.trim_matches('"'),
    }
}

/// A name that fits, its end replaced by a digest where it does not.
#[must_use]
pub fn truncate_name(name: &str) -> String {
    if name.chars().count() <= MAX_LENGTH {
        return name.to_owned();
    }
    let head: String = name.chars().take(MAX_LENGTH - 4).collect();
    format!("{head}{}", digest([name], 4))
}

/// The name of an index or constraint on columns of a table.
#[must_use]
pub fn index_name(table: &str, columns: &[String], suffix: &str) -> String {
    let table = bare_table(table);
    let parts = std::iter::once(table).chain(columns.iter().map(String::as_str));
    let mut tail = format!("{}{suffix}", digest(parts, 8));
    let joined = columns.join("_");
    let whole = format!("{table}_{joined}_{tail}");
    if whole.chars().count() <= MAX_LENGTH {
        return whole;
    }
    if tail.chars().count() * 3 > MAX_LENGTH {
        tail = tail.chars().take(MAX_LENGTH / 3).collect();
    }
    let other = (MAX_LENGTH - tail.chars().count()) / 2 - 1;
    let first = |text: &str| -> String { text.chars().take(other).collect() };
    let name = format!("{}_{}_{tail}", first(table), first(&joined));
    if name.starts_with('_') || name.starts_with(|c: char| c.is_ascii_digit()) {
        let mut shorter = name;
        shorter.pop();
        return format!("D{shorter}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{index_name, truncate_name};

    #[test]
    fn a_short_name_is_whole() {
        let columns = ["customer_id".to_owned()];
        assert_eq!(
            index_name("auth_permission", &["content_type_id".to_owned()], ""),
            "auth_permission_content_type_id_2f476e4b"
        );
        assert!(index_name("shop_order", &columns, "_like").ends_with("_like"));
    }

    #[test]
    fn a_long_name_fits() {
        let table = "a".repeat(60);
        let name = index_name(
            &table,
            &["b".repeat(40)],
            "_fk_other_table_with_a_long_name_id",
        );
        assert_eq!(name.len(), 63);
        assert_eq!(truncate_name(&"x".repeat(70)).len(), 63);
    }
}
