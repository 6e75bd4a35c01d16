//! JSON that is spread over lines down to a depth, and not below it: a list of many small things stays readable, and small.

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use std::io::{self, Write};

/// How deep a value may stand and still have its parts on lines of their own.
const DEEPEST: usize = 3;

/// Writes the value, and ends the last line. Our types hold nothing that JSON cannot.
///
/// # Errors
/// Those of writing.
pub(super) fn shallow(value: &impl Serialize, mut out: impl Write) -> io::Result<()> {
    let format = Shallow {
        depth: 0,
        spread: PrettyFormatter::new(),
    };
    value.serialize(&mut Serializer::with_formatter(&mut out, format))?;
    out.write_all(b"\n")
}

struct Shallow<'f> {
    depth: usize,
    spread: PrettyFormatter<'f>,
}

impl Shallow<'_> {
    const fn is_spread(&self) -> bool {
        self.depth <= DEEPEST
    }
}

impl Formatter for Shallow<'_> {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        if self.is_spread() {
            return self.spread.begin_array(writer);
        }
        CompactFormatter.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let spread = self.is_spread();
        self.depth -= 1;
        if spread {
            return self.spread.end_array(writer);
        }
        CompactFormatter.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        if self.is_spread() {
            return self.spread.begin_array_value(w, first);
        }
        w.write_all(if first { b"" } else { b", " })
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.spread.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        if self.is_spread() {
            return self.spread.begin_object(writer);
        }
        CompactFormatter.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let spread = self.is_spread();
        self.depth -= 1;
        if spread {
            return self.spread.end_object(writer);
        }
        CompactFormatter.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        if self.is_spread() {
            return self.spread.begin_object_key(w, first);
        }
        w.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.spread.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.spread.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::shallow;
    use serde_json::json;

    #[test]
    fn what_stands_deep_is_on_one_line() {
        let value = json!({"a": [{"b": [1, {"c": [], "d": "e"}], "f": {}}], "g": []});
        let mut text = Vec::new();
        shallow(&value, &mut text).expect("memory");
        let text = String::from_utf8(text).expect("UTF-8");
        assert_eq!(
            text,
            "{\n  \"a\": [\n    {\n      \"b\": [1, {\"c\": [], \"d\": \"e\"}],\n      \"f\": {}\n    }\n  ],\n  \"g\": []\n}\n"
        );
        let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(read, value);
    }
}
