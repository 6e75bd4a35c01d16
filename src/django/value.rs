//! Python values, as far as they can be known without running anything.

use crate::source::Span;

/// A value of a Python expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(Text),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Tuple(Vec<Value>),
    Set(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    /// A class, function or other object, by the full dotted path under which Django knows it: `django.db.models.CASCADE`.
    Name(String),
    /// A call that makes an object; it is kept as it was written.
    Call(Box<Call>),
    /// `left op right` on objects, for example `Q(a=1) & Q(b=2)`; `op` as Python writes it.
    Binary(Box<Value>, &'static str, Box<Value>),
    /// `op operand` on an object, for example `~Q(a=1)`.
    Unary(&'static str, Box<Value>),
    /// What cannot be decided without running code.
    Unknown(Opaque),
}

/// A string, with the places of its parts in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    /// From bytes of `text` to where they stand in the file, in order; empty for computed strings.
    pub pieces: Vec<Piece>,
}

/// A run of a string that stands in the source without escapes, byte for byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The offset in the string.
    pub at: usize,
    /// Where it stands in the file.
    pub span: Span,
}

/// `callee(args, **kwargs)`, or `receiver.callee(args, **kwargs)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The object that a method is called on, for example `Lower("name")` in `Lower("name").desc()`.
    pub receiver: Option<Value>,
    /// The full dotted path as Django knows it, `django.db.models.CharField`; the bare name of a method.
    pub callee: String,
    pub args: Vec<Value>,
    pub kwargs: Vec<(String, Value)>,
    pub span: Span,
}

/// Something that cannot be decided, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opaque {
    pub span: Span,
    pub reason: String,
}

impl Call {
    /// The value of a keyword argument.
    #[must_use]
    pub fn keyword(&self, name: &str) -> Option<&Value> {
        let found = self.kwargs.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// The last part of the callee's path.
    #[must_use]
    pub fn class(&self) -> &str {
        self.callee.rsplit('.').next().unwrap_or_default()
    }
}

impl Value {
    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(&text.text),
            _ => None,
        }
    }

    /// The items of a list, tuple or set.
    #[must_use]
    pub fn items(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) | Self::Tuple(items) | Self::Set(items) => Some(items),
            _ => None,
        }
    }
}
