//! Which statements of a migration name what: noted once, since that is asked for each of them.

use crate::ir::{Action, Migration, ObjectKind, RelationKind};
use rustc_hash::FxHashMap;

/// The words of a migration's statements, which are counted from 0.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// The statements in which a word stands, by the word in lower case, in their order.
    statements: FxHashMap<String, Vec<usize>>,
    /// Those that may reach what they do not name: CASCADE takes along others, but an index takes nothing; what code does is not looked at.
    pub(super) reaching: Vec<usize>,
}

impl Words {
    pub(super) fn of(migration: &Migration) -> Self {
        let mut words = Self::default();
        for (at, statement) in migration.statements.iter().enumerate() {
            for word in parts(migration.text_of(statement)) {
                let statements = words.statements.entry(word.to_lowercase()).or_default();
                if statements.last() != Some(&at) {
                    statements.push(at);
                }
            }
            let reaches = match &statement.action {
                Action::Drop(drop) => {
                    drop.cascade && drop.kind != ObjectKind::Relation(RelationKind::Index)
                }
                Action::Do { .. } | Action::Unknown => true,
                _ => false,
            };
            words.reaching.extend(reaches.then_some(at));
        }
        words
    }

    /// The statements that may name this; of a name of several words those with the first of them.
    pub(super) fn naming(&self, name: &str) -> &[usize] {
        let word = parts(name).next().map(str::to_lowercase);
        let statements = word.and_then(|word| self.statements.get(&word));
        statements.map_or(&[], Vec::as_slice)
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let parts = text.split(move |c| !is_part(c));
    parts.filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn names_are_words() {
        let text = "UPDATE \"Größe\".t$1 SET a_b='x'";
        let words: Vec<&str> = parts(text).collect();
        assert_eq!(words, ["UPDATE", "Größe", "t$1", "SET", "a_b", "x"]);
    }
}
