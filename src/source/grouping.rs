//! Which files make one history.

use super::Request;
use super::changelog::Changelog;
use super::folder::{Folder, Member};
use super::framework::{self, flyway};
use super::layout::Layout;
use super::path::{normal, tidy};
use super::place::place;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// The files by the history they belong to.
pub(super) fn folders(
    members: Vec<Member>,
    changelogs: Vec<Changelog>,
    request: &Request,
) -> Vec<Folder> {
    let (listed, members) = listed(members, changelogs, request);
    let mut folders: BTreeMap<(PathBuf, Layout), Vec<Member>> = BTreeMap::new();
    for member in members {
        folders
            .entry(place(member.path()))
            .or_default()
            .push(member);
    }
    let folders = folders.into_iter().map(|((root, layout), files)| Folder {
        root,
        layout,
        files,
        disk: request.files.clone(),
        changelog: None,
    });
    let folders = joined(folders, request).into_iter();
    let mut folders: Vec<Folder> = folders.flat_map(without_steps).flat_map(unmixed).collect();
    folders.extend(listed);
    folders.sort_by(|a, b| a.root.cmp(&b.root));
    folders
}

/// What changelogs name, each a history with the files that none before it has named; and the other files.
fn listed(
    members: Vec<Member>,
    changelogs: Vec<Changelog>,
    request: &Request,
) -> (Vec<Folder>, Vec<Member>) {
    if changelogs.is_empty() {
        return (Vec::new(), members);
    }
    let mut rest: BTreeMap<PathBuf, Member> = members
        .into_iter()
        .map(|member| (normal(member.path()), member))
        .collect();
    let folders = changelogs.into_iter().filter_map(|changelog| {
        let files = changelog.files().filter_map(|path| rest.remove(path));
        let files: Vec<Member> = files.collect();
        (!files.is_empty()).then(|| Folder {
            root: tidy(changelog.path.parent().unwrap_or(Path::new(""))),
            layout: Layout::Listed,
            files,
            disk: request.files.clone(),
            changelog: Some(changelog),
        })
    });
    let folders = folders.collect();
    (folders, rest.into_values().collect())
}

/// What the config calls a history is one, in however many folders it lies.
fn joined(folders: impl Iterator<Item = Folder>, request: &Request) -> Vec<Folder> {
    let mut all = Vec::new();
    let mut wished: BTreeMap<PathBuf, Vec<Folder>> = BTreeMap::new();
    for folder in folders {
        match request.wish(&folder.root) {
            Some(wish) if !folder.layout.is_ordered() => {
                wished.entry(tidy(&wish.path)).or_default().push(folder);
            }
            _ => all.push(folder),
        }
    }
    for (root, mut parts) in wished {
        if parts.len() == 1 {
            all.append(&mut parts);
            continue;
        }
        let is_of_folders = |part: &Folder| part.layout == Layout::Folders;
        let layout = if parts.iter().all(is_of_folders) {
            Layout::Folders
        } else {
            Layout::Joined
        };
        let files = parts.into_iter().flat_map(|part| part.files).collect();
        all.push(Folder {
            root,
            layout,
            files,
            disk: request.files.clone(),
            changelog: None,
        });
    }
    all.sort_by(|a, b| (&a.root, a.layout).cmp(&(&b.root, b.layout)));
    all
}

/// A file of steps is a history of its own, beside what else lies in its folder.
fn without_steps(folder: Folder) -> Vec<Folder> {
    let is_steps = |member: &Member| framework::is_steps(member.text());
    let (steps, files): (Vec<Member>, Vec<Member>) = folder.files.into_iter().partition(is_steps);
    let own = |files: Vec<Member>| Folder {
        root: folder.root.clone(),
        layout: folder.layout,
        files,
        disk: folder.disk.clone(),
        changelog: None,
    };
    let rest = (!files.is_empty()).then(|| own(files));
    let steps = steps.into_iter().map(|member| own(vec![member]));
    rest.into_iter().chain(steps).collect()
}

/// Folders below one location that repeat a version are histories of their own.
fn unmixed(folder: Folder) -> Vec<Folder> {
    let mut seen = HashSet::new();
    let repeats =
        |member: &Member| flyway::kind(member.name()).is_some_and(|kind| !seen.insert(kind.key()));
    if folder.layout != Layout::Nested || !folder.files.iter().any(repeats) {
        return vec![folder];
    }
    let mut parts: BTreeMap<PathBuf, Vec<Member>> = BTreeMap::new();
    for member in folder.files {
        let root = member.path().parent().unwrap_or(Path::new("")).into();
        parts.entry(root).or_default().push(member);
    }
    let parts = parts.into_iter().map(|(root, files)| Folder {
        root,
        layout: Layout::Flat,
        files,
        disk: folder.disk.clone(),
        changelog: None,
    });
    parts.collect()
}
