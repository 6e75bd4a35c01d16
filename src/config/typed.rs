//! What stands in a config file, key by key, with the line of each.

use toml::de::{DeTable, DeValue};

/// A value as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// With dots between the tables, and the place of a table in its list: `history[0].path`.
    pub key: String,
    /// As TOML.
    pub value: String,
    /// Counted from 1.
    pub line: usize,
}

/// All that is typed in a config, in its order; in a `pyproject.toml` what stands under `[tool.mig-lint]`. Nothing where it is no TOML.
#[must_use]
pub fn typed(text: &str, is_pyproject: bool) -> Vec<Typed> {
    let Ok(document) = DeTable::parse(text) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    flatten("", document.get_ref(), text, &mut all);
    if is_pyproject {
        let own = all.into_iter().filter_map(|typed| {
            let key = typed.key.strip_prefix("tool.mig-lint.")?.to_owned();
            Some(Typed { key, ..typed })
        });
        all = own.collect();
    }
    all.sort_by_key(|typed| typed.line);
    all
}

fn flatten(above: &str, table: &DeTable<'_>, text: &str, all: &mut Vec<Typed>) {
    for (name, value) in table {
        let key = if above.is_empty() {
            name.get_ref().to_string()
        } else {
            format!("{above}.{}", name.get_ref())
        };
        match value.get_ref() {
            DeValue::Table(inner) => flatten(&key, inner, text, all),
            DeValue::Array(list)
                if list
                    .iter()
                    .any(|it| matches!(it.get_ref(), DeValue::Table(_))) =>
            {
                for (at, item) in list.iter().enumerate() {
                    if let DeValue::Table(inner) = item.get_ref() {
                        flatten(&format!("{key}[{at}]"), inner, text, all);
                    }
                }
            }
            _ => all.push(Typed {
                key,
                value: text[value.span()].to_owned(),
                line: text[..name.span().start].matches('\n').count() + 1,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_their_lines() {
        let text = "pg-version = 16\n\n[rules]\ndrop-column = \"off\"\n[[history]]\npath = \"a\"\n[tables]\n\"o\" = { rows = 5 }\n";
        let all: Vec<(String, String, usize)> = typed(text, false)
            .into_iter()
            .map(|it| (it.key, it.value, it.line))
            .collect();
        let wanted = [
            ("pg-version", "16", 1),
            ("rules.drop-column", "\"off\"", 4),
            ("history[0].path", "\"a\"", 6),
            ("tables.o.rows", "5", 8),
        ];
        let wanted: Vec<_> = wanted
            .map(|(key, value, line)| (key.to_owned(), value.to_owned(), line))
            .into();
        assert_eq!(all, wanted);
        let python = "[tool.other]\nx = 1\n[tool.mig-lint]\npg-version = 15\n";
        let own = typed(python, true);
        assert_eq!(
            (own.len(), own[0].line, own[0].key.as_str()),
            (1, 4, "pg-version")
        );
    }
}
