//! Reading one file, or saying why it cannot be read.

use super::{Fault, FaultKind, Files, SourceFile};
use encoding_rs::Encoding;
use std::path::Path;

/// The file's text, which must be UTF-8 without NUL bytes.
pub fn read_sql(files: &dyn Files, path: &Path) -> Result<SourceFile, Fault> {
    let bytes = files.read(path).map_err(|error| unreadable(path, &error))?;
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(path, &error))?;
    checked(path, text)
}

/// The text of a Python file, in the encoding that its first lines name (PEP 263).
pub fn read_python(files: &dyn Files, path: &Path) -> Result<SourceFile, Fault> {
    let bytes = files.read(path).map_err(|error| unreadable(path, &error))?;
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let named = encoding(error.as_bytes());
            let decoded = named.and_then(|encoding| {
                encoding.decode_without_bom_handling_and_without_replacement(error.as_bytes())
            });
            decoded.ok_or_else(|| not_utf8(path, &error))?.into_owned()
        }
    };
    Ok(SourceFile::new(path, text))
}

/// The encoding that a comment in the first two lines names: `# -*- coding: latin-1 -*-`.
fn encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut lines = bytes.split(|&byte| byte == b'\n').take(2);
    let name = lines.find_map(|line| {
        let line = String::from_utf8_lossy(line);
        let (_, rest) = line.split_once('#')?.1.split_once("coding")?;
        let rest = rest.strip_prefix([':', '='])?.trim_start();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        Some(rest[..end].to_lowercase().replace('_', "-"))
    })?;
    // Python's own spellings.
    let label = match name.as_str() {
        "latin-1" | "iso-latin-1" | "l1" => "latin1",
        other => other.strip_suffix("-sig").unwrap_or(other),
    };
    Encoding::for_label(label.as_bytes())
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

fn unreadable(path: &Path, error: &std::io::Error) -> Fault {
    Fault::new(
        path,
        FaultKind::Unreadable,
        format!("cannot be read: {}", error.kind()),
        "check that it exists and that its permissions allow reading",
    )
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
