//! Paths and the files behind them: what a migration reads from beside itself.

use super::Evaluator;
use super::calls::{Given, object};
use crate::django::value::Value;
use crate::source::Span;
use std::path::{Path, PathBuf};

/// The objects that stand for paths and open files here.
pub(super) const PATH: &str = "pathlib.Path";
pub(super) const FILE: &str = "open";

impl Evaluator<'_> {
    /// Attributes and methods of paths and open files.
    pub(super) fn of_file(
        &self,
        call: &crate::django::value::Call,
        method: &str,
        args: &[Value],
        at: Span,
    ) -> Option<Value> {
        let path = call.args.first()?.as_str()?;
        let path = Path::new(path);
        match (call.callee.as_str(), method) {
            (PATH, "parent") => Some(path_object(path.parent()?.display().to_string(), at)),
            (PATH, "name" | "stem" | "suffix") => {
                let part = match method {
                    "name" => path.file_name(),
                    "stem" => path.file_stem(),
                    _ => path.extension(),
                };
                let part = part.and_then(std::ffi::OsStr::to_str).unwrap_or_default();
                let dot = if method == "suffix" && !part.is_empty() {
                    "."
                } else {
                    ""
                };
                Some(Value::Str(format!("{dot}{part}").into()))
            }
            (PATH, "iterdir") => {
                let paths = self.world.below(path)?;
                let paths = paths.iter().map(|path| path.display().to_string());
                Some(Value::List(
                    paths.map(|path| path_object(path, at)).collect(),
                ))
            }
            (PATH, "resolve" | "absolute") => Some(path_object(path.display().to_string(), at)),
            (PATH, "joinpath") => {
                let rest = joined(args)?;
                Some(path_object(path.join(rest).display().to_string(), at))
            }
            (PATH, "open") => {
                let given = Given {
                    args: call.args.clone(),
                    kwargs: Vec::new(),
                };
                Some(object(None, FILE.to_owned(), given, at))
            }
            (PATH, "read_text") | (FILE, "read") => {
                self.world.text(path).map(|text| Value::Str(text.into()))
            }
            _ => None,
        }
    }
}

/// `path / part`.
pub(super) fn path_below(path: &Value, part: &Value, at: Span) -> Option<Value> {
    let Value::Call(call) = path else {
        return None;
    };
    if call.callee != PATH {
        return None;
    }
    let below = Path::new(call.args.first()?.as_str()?).join(part.as_str()?);
    Some(path_object(below.display().to_string(), at))
}

pub(super) fn path_object(path: String, at: Span) -> Value {
    let given = Given {
        args: vec![Value::Str(path.into())],
        kwargs: Vec::new(),
    };
    object(None, PATH.to_owned(), given, at)
}

pub(super) fn joined(parts: &[Value]) -> Option<String> {
    let mut path = PathBuf::new();
    for part in parts {
        match part {
            Value::Str(text) => path.push(&text.text),
            Value::Call(call) if call.callee == PATH => path.push(call.args.first()?.as_str()?),
            _ => return None,
        }
    }
    Some(path.display().to_string())
}
