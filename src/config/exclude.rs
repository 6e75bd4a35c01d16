//! Paths as people know them, and globs that are written from another folder than the one we stand in.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use std::path::{Path, PathBuf};

/// The path, relative where it lies below the working directory.
pub(super) fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Ok(below) => below.to_owned(),
        Err(_) => path.to_owned(),
    }
}

/// The glob `pattern`, where `*` stops at a slash.
pub(super) fn glob(pattern: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).build()
}

/// One set of globs for paths as seen from the working directory, of patterns written from `folder`.
pub(super) fn seen_from_here(patterns: &[String], folder: &Path) -> GlobSet {
    let here = std::env::current_dir().unwrap_or_default();
    let mut set = GlobSetBuilder::new();
    for pattern in patterns
        .iter()
        .filter_map(|pattern| moved(pattern, folder, &here))
    {
        // A folder that is excluded is so with all that is in it.
        for glob in [glob(&pattern), glob(&format!("{pattern}/**"))]
            .into_iter()
            .flatten()
        {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}

/// The pattern as it must be written from `here`; `None` where it can match nothing below `here`.
fn moved(pattern: &str, folder: &Path, here: &Path) -> Option<String> {
    let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
    if pattern.starts_with("**") || pattern.starts_with('/') {
        return Some(pattern.to_owned());
    }
    if let Ok(below) = folder.strip_prefix(here) {
        let prefix = below
            .components()
            .map(|part| format!("{}/", globset::escape(&part.as_os_str().to_string_lossy())));
        return Some(prefix.collect::<String>() + pattern);
    }
    let Ok(down) = here.strip_prefix(folder) else {
        let folder = folder.to_string_lossy();
        return Some(format!("{}/{pattern}", globset::escape(&folder)));
    };
    let mut rest = pattern;
    for part in down.components() {
        if rest.starts_with("**") {
            break;
        }
        let Some((first, after)) = rest.split_once('/') else {
            // The folder that we stand in is itself excluded.
            return matches(rest, part.as_os_str()).then(|| "**".to_owned());
        };
        if !matches(first, part.as_os_str()) {
            return None;
        }
        rest = after;
    }
    Some(rest.to_owned())
}

fn matches(pattern: &str, name: &std::ffi::OsStr) -> bool {
    glob(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(name))
}

#[cfg(test)]
mod tests {
    use super::moved;
    use crate::failures::Failures;
    use std::path::Path;

    #[test]
    fn patterns_follow_the_folder_they_were_written_in() {
        Failures::collect(|failures| {
            for (pattern, folder, here, expected) in [
                ("**/vendor/**", "/p", "/p/db", Some("**/vendor/**")),
                ("db/old/*.sql", "/p", "/p", Some("db/old/*.sql")),
                ("db/old/*.sql", "/p", "/p/db", Some("old/*.sql")),
                ("db/old/*.sql", "/p", "/p/other", None),
                ("db", "/p", "/p/db", Some("**")),
                ("old", "/p/d[b", "/p", Some("d[[]b/old")),
                ("d*/old", "/p", "/p/db", Some("old")),
            ] {
                let found = moved(pattern, Path::new(folder), Path::new(here));
                let place = format!("{pattern} in {folder}, seen from {here}");
                failures.equal(place, &expected, &found.as_deref());
            }
        });
    }
}
