//! Which files are new or changed.

use super::listing::Listing;
use super::repository::{GitError, Repository, broken};
use crate::source::{Changes, Files};
use gix::bstr::{BString, ByteSlice};
use gix::objs::{Kind, compute_hash};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Repository {
    /// What is new or changed since the merge base of HEAD and a revision, committed or not.
    ///
    /// # Errors
    /// Where the revision is not known, or the two have no commit in common, as far as the clone goes back.
    pub fn since(&self, revision: &str) -> Result<Since, GitError> {
        let repository = self.inner.to_thread_local();
        let is_shallow = repository.is_shallow().unwrap_or(false);
        let unknown = |_| {
            let help = match Self::near(&repository, revision) {
                Some(near) => format!("did you mean {near}?"),
                None if is_shallow => DEEPEN.to_owned(),
                None => format!(
                    "`git fetch origin {revision}` brings a branch that was not fetched; `git branch --all` lists what is there"
                ),
            };
            GitError::new(format!("git knows no revision {revision}"), help)
        };
        let named = repository.rev_parse_single(revision).map_err(unknown)?;
        let named = named.object().and_then(gix::Object::peel_to_commit);
        let named = named.map_err(unknown)?.id;
        let head = repository.head_id().map_err(|_| {
            GitError::new("HEAD has no commit yet", "commit first, or use --staged")
        })?;
        let base = repository.merge_base(head, named).ok().flatten();
        let Some(base) = base else {
            let help = if is_shallow {
                DEEPEN
            } else {
                "name the branch that this one began at"
            };
            let clone = if is_shallow {
                ", as far as this shallow clone goes back"
            } else {
                ""
            };
            return Err(GitError::new(
                format!("HEAD and {revision} have no commit in common{clone}"),
                help,
            ));
        };
        let tree = base.object().and_then(gix::Object::peel_to_tree);
        let listing = tree
            .and_then(|tree| Listing::of_tree(&tree))
            .map_err(broken)?;
        let text = format!(
            "new or changed since {revision} at {}",
            base.to_hex_with_len(7)
        );
        Ok(Since::new(self, listing, None, text))
    }
}

const DEEPEN: &str = "this is a shallow clone: `git fetch --unshallow`, `git fetch --deepen 100`, or `fetch-depth: 0` for actions/checkout, brings what is missing";

/// What has come since some state of a repository. A file that has only got another name is neither new nor changed, and neither is one whose lines only end
/// otherwise, as a checkout may have it. What lies in a submodule belongs to that, and what lies outside is taken as new.
#[derive(Debug)]
pub struct Since {
    repository: Repository,
    before: Listing,
    /// The paths that a text had.
    by_text: FxHashMap<gix::ObjectId, Vec<BString>>,
    /// What is there now; on disk, where nothing is said.
    now: Option<Arc<Listing>>,
    text: String,
    /// How this repository makes ids.
    kind: gix::hash::Kind,
}

impl Since {
    pub(super) fn new(
        repository: &Repository,
        before: Listing,
        now: Option<Arc<Listing>>,
        text: String,
    ) -> Self {
        let mut by_text: FxHashMap<gix::ObjectId, Vec<BString>> = FxHashMap::default();
        for (path, id) in &before.files {
            by_text.entry(*id).or_default().push(path.clone());
        }
        Self {
            repository: repository.clone(),
            before,
            by_text,
            now,
            text,
            kind: repository.inner.to_thread_local().object_hash(),
        }
    }

    /// Whether there is a file of this path now.
    fn is_there(&self, path: &BString) -> bool {
        match &self.now {
            Some(now) => now.files.contains_key(path),
            None => {
                let below = gix::path::from_bstr(path.as_bstr());
                below.is_ok_and(|below| self.repository.root.join(below).exists())
            }
        }
    }

    /// Whether a file that is not there any more is there under another name: anywhere in the index, or in its folder on disk.
    fn has_other_name(&self, path: &BString, id: gix::ObjectId) -> bool {
        if let Some(now) = &self.now {
            return now.files.values().any(|other| *other == id);
        }
        let Ok(path) = gix::path::from_bstr(path.as_bstr()) else {
            return false;
        };
        let folder = self.repository.root.join(path);
        let entries = folder
            .parent()
            .and_then(|folder| std::fs::read_dir(folder).ok());
        let mut texts = entries
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| std::fs::read(entry.path()).ok());
        texts.any(|text| {
            compute_hash(self.kind, Kind::Blob, &without_returns(&text))
                .is_ok_and(|other| other == id)
        })
    }

    /// Whether a text is the one that is kept under an id, but for how its lines end.
    fn is_kept_under(&self, id: gix::ObjectId, text: &[u8]) -> bool {
        let repository = self.repository.inner.to_thread_local();
        let kept = repository.find_object(id);
        kept.is_ok_and(|kept| without_returns(&kept.data) == without_returns(text))
    }
}

impl Changes for Since {
    fn holds(&self, path: &Path, files: &dyn Files) -> bool {
        let Some(below) = self.repository.below(path) else {
            return true;
        };
        let elsewhere = self.before.is_in_submodule(below.as_bstr());
        if elsewhere || self.repository.is_of_another(&below) {
            return false;
        }
        // What cannot be read is told of.
        let Ok(text) = files.read(path) else {
            return true;
        };
        let kind = self.kind;
        let ids: Vec<gix::ObjectId> = [Cow::Borrowed(&*text), without_returns(&text)]
            .iter()
            .filter_map(|text| compute_hash(kind, Kind::Blob, text).ok())
            .collect();
        if let Some(id) = self.before.files.get(&below) {
            return !ids.contains(id) && !self.is_kept_under(*id, &text);
        }
        let mut names = ids.iter().filter_map(|id| self.by_text.get(id)).flatten();
        !names.any(|name| !self.is_there(name))
    }

    fn before(&self, path: &Path) -> Option<Vec<u8>> {
        let id = *self.before.files.get(&self.repository.below(path)?)?;
        let repository = self.repository.inner.to_thread_local();
        let kept = repository.find_object(id).ok()?;
        Some(kept.data.clone())
    }

    fn gone(&self, below: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
        let Some(inside) = self.repository.below(&below.join("x")) else {
            return Vec::new();
        };
        let prefix = &inside[..inside.len() - 1];
        let mut gone = Vec::new();
        for (path, id) in &self.before.files {
            let rest = path.strip_prefix(prefix).map(ByteSlice::as_bstr);
            let rest = rest.and_then(|rest| gix::path::from_bstr(rest).ok());
            let shown = rest.map(|rest| below.join(rest));
            // Whether it is there is looked up last: there may be very many.
            if let Some(shown) = shown.filter(|shown| wanted(shown))
                && !self.is_there(path)
                && !self.has_other_name(path, *id)
            {
                gone.push(shown);
            }
        }
        gone.sort();
        gone
    }

    fn describe(&self) -> &str {
        &self.text
    }
}

/// The text with bare line feeds.
fn without_returns(text: &[u8]) -> Cow<'_, [u8]> {
    if text.contains_str("\r\n") {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_alike() {
        assert_eq!(&*without_returns(b"a\r\nb\n"), b"a\nb\n");
        assert!(matches!(without_returns(b"a\nb"), Cow::Borrowed(_)));
    }
}
