//! What makes a finding the same one tomorrow: not its line, not its file's name, not white space or comments, but the words of its statement.

use super::Finding;
use crate::source::{SourceFile, Span, masked};
use crate::sql::Printed;
use fnv::FnvHasher;
use rustc_hash::FxHashMap;
use std::hash::Hasher;
use std::sync::Arc;

/// A part of a file.
type Part = (*const SourceFile, Span);

/// The fingerprint of each finding, in their order: sixteen hexadecimal digits, and behind a colon which one it is of several that are alike, of one
/// rule in one file. The rule is no part of it, so that a rule may be split and what was noted of its findings stays good.
///
/// The digits are the 64-bit FNV-1a hash of the words of the statement, of those that are to blame, and of the SQL that is run where it does not stand
/// in the file; passwords are masked first.
#[must_use]
pub fn fingerprints<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<String> {
    let mut statements: FxHashMap<Part, u64> = FxHashMap::default();
    let mut seen: FxHashMap<(&str, *const SourceFile, u64), usize> = FxHashMap::default();
    let findings = findings.into_iter().map(|finding| {
        let file = Arc::as_ptr(&finding.file);
        let statement = *statements
            .entry((file, finding.statement))
            .or_insert_with(|| {
                let mut hasher = FnvHasher::default();
                hash_part(&finding.file, finding.statement, &mut hasher);
                hasher.write(b"\n");
                hasher.finish()
            });
        let mut hasher = FnvHasher::with_key(statement);
        if finding.span != finding.statement {
            hash_part(&finding.file, finding.span, &mut hasher);
        }
        if let Some(sql) = &finding.sql {
            hash_words(&masked(sql), &mut hasher);
        }
        let hash = hasher.finish();
        let which = seen.entry((finding.rule, file, hash)).or_insert(0);
        *which += 1;
        match *which {
            1 => format!("{hash:016x}"),
            which => format!("{hash:016x}:{which}"),
        }
    });
    findings.collect()
}

/// A part of a file as its language takes it: SQL without comments, and in small letters where nothing is quoted.
fn hash_part(file: &SourceFile, span: Span, hasher: &mut FnvHasher) {
    let text = masked(file.slice(span));
    if file.path().extension().is_some_and(|end| end == "py") {
        hash_words(&text, hasher);
        return;
    }
    for token in Printed::new(&text, Span::new(0, text.len())).tokens() {
        let is_word = token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if is_word && !token.contains('\'') {
            hasher.write(token.to_ascii_lowercase().as_bytes());
        } else {
            hasher.write(token.as_bytes());
        }
        hasher.write(b" ");
    }
}

fn hash_words(text: &str, hasher: &mut FnvHasher) {
    for word in text.split_whitespace() {
        hasher.write(word.as_bytes());
        hasher.write(b" ");
    }
}
