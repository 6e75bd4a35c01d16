//! What all JSON output shares.

use serde::Serialize;

/// The version of all JSON output but one; it grows when a key goes or changes its meaning.
pub(super) const SCHEMA_VERSION: u32 = 1;
/// The version of the findings as JSON.
pub(super) const FINDINGS_VERSION: u32 = 2;

/// Any of our documents as text. Their types hold nothing that JSON cannot.
#[must_use]
pub fn document(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// A unit variant as JSON writes it, for example `per-file`.
#[must_use]
pub fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
