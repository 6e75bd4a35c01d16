//! Where a finding is, for programs that see the whole repository: from its top, wherever mig-lint was run.

use crate::engine::Report;
use crate::finding::Finding;
use crate::source::{Place, slashes, tidy};
use std::path::{Path, PathBuf};

/// A path as seen from the top of the repository, with forward slashes; as it is, where that is not known or it lies outside.
pub(super) fn from_top(report: &Report, path: &Path) -> String {
    let below = report.top.as_ref().and_then(|top| below(top, path));
    slashes(below.as_deref().unwrap_or(path))
}

/// The path below a folder; nothing where it lies outside.
pub(super) fn below(top: &Path, path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let real = || {
        let folder = absolute.parent()?.canonicalize().ok()?;
        Some(folder.join(absolute.file_name()?))
    };
    let below = |path: &Path| path.strip_prefix(top).ok().map(tidy);
    below(&absolute).or_else(|| below(&real()?))
}

/// Where it begins, and where it ends.
pub(super) fn places(finding: &Finding) -> (Place, Place) {
    let (file, span) = (&finding.file, finding.span);
    (file.place(span.start), file.place(span.end))
}
