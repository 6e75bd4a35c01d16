//! Reading one file, or saying why it cannot be read.

use super::{Fault, FaultKind, SourceFile};
use std::fs;
use std::path::Path;

/// The file's text, which must be UTF-8 without NUL bytes.
pub(super) fn read(path: &Path) -> Result<SourceFile, Fault> {
    let bytes = fs::read(path).map_err(|error| {
        Fault::new(
            path,
            FaultKind::Unreadable,
            format!("cannot be read: {}", error.kind()),
            "check that it exists and that its permissions allow reading",
        )
    })?;
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(path, &error))?;
    checked(path, text)
}

/// The text as a file, unless it holds NUL bytes.
pub(super) fn checked(path: &Path, text: String) -> Result<SourceFile, Fault> {
    match text.find('\0') {
        None => Ok(SourceFile::new(path, text)),
        Some(at) => Err(Fault::new(
            path,
            FaultKind::NulByte,
            format!("is not text: NUL byte at offset {at}"),
            "save it as UTF-8; PostgreSQL takes no NUL bytes",
        )),
    }
}

fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> Fault {
    let bytes = error.as_bytes();
    let at = error.utf8_error().valid_up_to();
    let line = bytes[..at].split(|&byte| byte == b'\n').count();
    Fault::new(
        path,
        FaultKind::NotUtf8,
        format!("is not UTF-8: byte 0x{:02x} in line {line}", bytes[at]),
        "save it as UTF-8",
    )
}
