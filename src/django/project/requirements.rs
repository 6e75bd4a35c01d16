//! Django's version, from the files in which projects name what they need.

use std::fs;
use std::path::{Path, PathBuf};

/// The versions between which a range decides; what else is exact is taken as it is.
const KNOWN: [(u8, u8); 6] = [(6, 0), (5, 2), (5, 1), (5, 0), (4, 2), (3, 2)];

/// Django's major and minor version, and the file that says it; the nearest exact one counts, else the newest that a range allows.
pub(super) fn django_version(root: &Path) -> Option<((u8, u8), String)> {
    let mut ranges = Vec::new();
    for folder in root.ancestors() {
        for path in files(folder) {
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let found = if path
                .extension()
                .is_some_and(|extension| extension == "lock")
            {
                locked(&text).map(|version| (version, true))
            } else {
                required(&text)
            };
            match found {
                Some((version, true)) => return Some((version, name)),
                Some((version, false)) => ranges.push((version, name)),
                None => {}
            }
        }
        if !ranges.is_empty() || folder.join(".git").exists() {
            break;
        }
    }
    ranges.into_iter().next()
}

/// The files of one folder, exact ones first.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let names = ["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"];
    let mut files: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
    for folder in [folder.to_owned(), folder.join("requirements")] {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut texts: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        texts.retain(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_named = name.contains("requirements")
                || path.parent().is_some_and(|up| up.ends_with("requirements"));
            is_named && path.extension().is_some_and(|extension| extension == "txt")
        });
        texts.sort();
        files.extend(texts);
    }
    let rest = ["pyproject.toml", "Pipfile", "setup.cfg", "setup.py"];
    files.extend(rest.iter().map(|name| folder.join(name)));
    files.retain(|path| path.is_file());
    files
}

/// The version in a lock file: TOML of `name` and `version`, or JSON.
fn locked(text: &str) -> Option<(u8, u8)> {
    let lower = text.to_lowercase();
    let toml = lower.split("name = \"django\"").nth(1);
    let json = lower.split("\"django\":").nth(1);
    let rest = toml.or(json)?;
    let rest = rest.split("version").nth(1)?;
    version(rest.trim_start_matches(|c: char| !c.is_ascii_digit()))
}

/// The version in a list of requirements, and whether it is exact.
fn required(text: &str) -> Option<((u8, u8), bool)> {
    text.lines().find_map(|line| {
        let line = line.split('#').next().unwrap_or_default().to_lowercase();
        let at = line.match_indices("django").map(|(at, _)| at).find(|&at| {
            let before = line[..at].chars().next_back();
            let after = line[at + 6..].chars().next();
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':');
            !before.is_some_and(is_part)
                && !after.is_some_and(|c| {
                    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':')
                })
        })?;
        let spec = &line[at + 6..];
        let spec = spec.split(';').next().unwrap_or_default();
        specified(spec)
    })
}

/// `==5.2.3`, `~=4.2.0`, `>=4.2,<5`, `= "^5.1"`.
fn specified(spec: &str) -> Option<((u8, u8), bool)> {
    // Extras: `django[argon2]`.
    let spec = spec.split_once(']').map_or(spec, |(_, rest)| rest);
    let mut allowed: Vec<(u8, u8)> = KNOWN.to_vec();
    let mut any = false;
    for part in spec.split(',') {
        let part = part.trim_matches(|c: char| {
            !(c.is_ascii_digit() || matches!(c, '=' | '<' | '>' | '~' | '^' | '!' | '.' | '*'))
        });
        let start = part.find(|c: char| c.is_ascii_digit());
        let Some(start) = start else {
            continue;
        };
        let (operator, number) = part.split_at(start);
        // TOML writes `django = "^5.1"`.
        let operator: String = operator.chars().filter(|c| "=<>~^!".contains(*c)).collect();
        let operator = operator.strip_prefix('=').unwrap_or(&operator);
        let Some(bound) = version(number) else {
            continue;
        };
        any = true;
        let parts = number.split('.').count();
        match operator {
            "<" => allowed.retain(|known| *known < bound),
            "<=" => allowed.retain(|known| *known <= bound),
            ">" | ">=" => allowed.retain(|known| *known >= bound),
            "!=" => {}
            "^" => allowed.retain(|known| *known >= bound && known.0 == bound.0),
            "~=" | "~" if parts < 3 => {
                allowed.retain(|known| *known >= bound && known.0 == bound.0);
            }
            _ => return Some((bound, true)),
        }
    }
    any.then(|| allowed.first().map(|version| (*version, false)))
        .flatten()
}

fn version(text: &str) -> Option<(u8, u8)> {
    let mut parts = text.split(|c: char| !c.is_ascii_digit());
    let major = parts.next()?.parse().ok()?;
    let is_dotted = text[text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len())..]
        .starts_with('.');
    let minor = parts
        .next()
        .filter(|_| is_dotted)
        .and_then(|part| part.parse().ok());
    Some((major, minor.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::Failures;

    #[test]
    fn requirements_are_understood() {
        Failures::collect(|failures| {
            for (line, expected) in [
                ("Django==5.2.3", Some(((5, 2), true))),
                ("django~=4.2.0", Some(((4, 2), true))),
                ("django>=4.2,<5.0  # LTS", Some(((4, 2), false))),
                ("django>=4.2", Some(((6, 0), false))),
                ("\"Django>=4.2,!=5.0.*,<6\",", Some(((5, 2), false))),
                ("django = \"^5.1\"", Some(((5, 2), false))),
                ("django = \"5.2.1\"", Some(((5, 2), true))),
                ("django[argon2]==4.2.1", Some(((4, 2), true))),
                ("django-filter==24.1", None),
                ("-e git+https://github.com/django/django-x", None),
            ] {
                failures.equal(line, &expected, &required(line));
            }
        });
        assert_eq!(
            locked("[[package]]\nname = \"django\"\nversion = \"5.2.19\"\n"),
            Some((5, 2))
        );
        assert_eq!(
            locked("{\"default\": {\"django\": {\"hashes\": [\"x\"], \"version\": \"==4.2.1\"}}}"),
            Some((4, 2))
        );
    }
}
