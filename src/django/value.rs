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

/// A string, with the places of its parts in the source. Two are equal when their text is.
#[derive(Clone, Debug, Default)]
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

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Text {}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self {
            text,
            pieces: Vec::new(),
        }
    }
}

impl Text {
    /// Appends another text, with its places.
    pub fn push(&mut self, more: &Self) {
        let base = self.text.len();
        self.text.push_str(&more.text);
        for piece in &more.pieces {
            let piece = Piece {
                at: base + piece.at,
                span: piece.span,
            };
            match self.pieces.last_mut() {
                Some(last)
                    if last.at + last.span.len() == piece.at
                        && last.span.end == piece.span.start =>
                {
                    last.span.end = piece.span.end;
                }
                _ => self.pieces.push(piece),
            }
        }
    }

    /// The bytes from `start` to `end`, which must lie on character boundaries.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> Self {
        let mut pieces = Vec::new();
        for piece in &self.pieces {
            let from = piece.at.max(start);
            let to = (piece.at + piece.span.len()).min(end);
            if from < to {
                let shift = piece.span.start + (from - piece.at);
                pieces.push(Piece {
                    at: from - start,
                    span: Span::new(shift, shift + (to - from)),
                });
            }
        }
        Self {
            text: self.text.get(start..end).unwrap_or_default().to_owned(),
            pieces,
        }
    }

    /// The place in the file of a byte of the text; between pieces, the end of the one before.
    #[must_use]
    pub fn place(&self, offset: usize) -> Option<usize> {
        let before = self.pieces.partition_point(|piece| piece.at <= offset);
        let piece = self.pieces.get(before.saturating_sub(1))?;
        Some(piece.span.start + offset.saturating_sub(piece.at).min(piece.span.len()))
    }
}

impl Value {
    /// The number, where it is whole; truth values count as 0 and 1, as in Python.
    #[must_use]
    pub fn as_int(&self) -> Option<i128> {
        match self {
            Self::Int(int) => Some(*int),
            Self::Bool(truth) => Some(i128::from(*truth)),
            _ => None,
        }
    }

    /// How many values it is made of, and how deep they stand in one another.
    #[must_use]
    pub fn extent(&self) -> (usize, usize) {
        let of = |parts: &mut dyn Iterator<Item = &Self>| {
            parts.fold((1, 1), |(count, depth), part| {
                let (more, below) = part.extent();
                (count + more, depth.max(below + 1))
            })
        };
        match self {
            Self::List(items) | Self::Tuple(items) | Self::Set(items) => of(&mut items.iter()),
            Self::Dict(items) => of(&mut items.iter().flat_map(|(key, value)| [key, value])),
            Self::Call(call) => {
                let named = call.kwargs.iter().map(|(_, value)| value);
                of(&mut call.receiver.iter().chain(&call.args).chain(named))
            }
            Self::Binary(left, _, right) => of(&mut [&**left, &**right].into_iter()),
            Self::Unary(_, operand) => of(&mut std::iter::once(&**operand)),
            _ => (1, 1),
        }
    }

    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Whether it is an expression on objects, which only Django can compute.
    #[must_use]
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Call(_) | Self::Binary(..) | Self::Unary(..))
    }

    /// Whether all of it is known.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        match self {
            Self::None
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Str(_)
            | Self::Bytes(_) => true,
            Self::List(items) | Self::Tuple(items) | Self::Set(items) => {
                items.iter().all(Self::is_constant)
            }
            Self::Dict(items) => items
                .iter()
                .all(|(key, value)| key.is_constant() && value.is_constant()),
            Self::Name(_)
            | Self::Call(_)
            | Self::Binary(..)
            | Self::Unary(..)
            | Self::Unknown(_) => false,
        }
    }

    /// Whether Python takes it for true, where that is known.
    #[must_use]
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::None => Some(false),
            Self::Bool(truth) => Some(*truth),
            Self::Int(int) => Some(*int != 0),
            Self::Float(float) => Some(*float != 0.0),
            Self::Str(text) => Some(!text.text.is_empty()),
            Self::Bytes(bytes) => Some(!bytes.is_empty()),
            Self::List(items) | Self::Tuple(items) | Self::Set(items) => (items.is_empty()
                || !items.iter().all(Self::is_unknown))
            .then_some(!items.is_empty()),
            Self::Dict(items) => Some(!items.is_empty()),
            Self::Name(_)
            | Self::Call(_)
            | Self::Binary(..)
            | Self::Unary(..)
            | Self::Unknown(_) => None,
        }
    }

    /// What a loop over it goes through, where that is known.
    #[must_use]
    pub fn iterated(&self) -> Option<Vec<Self>> {
        match self {
            Self::List(items) | Self::Tuple(items) | Self::Set(items) => Some(items.clone()),
            Self::Dict(items) => Some(items.iter().map(|(key, _)| key.clone()).collect()),
            Self::Str(text) => {
                let chars = text.text.char_indices();
                Some(
                    chars
                        .map(|(at, c)| Self::Str(text.slice(at, at + c.len_utf8())))
                        .collect(),
                )
            }
            _ => None,
        }
    }

    /// `value[lower:upper]` of a string, list or tuple.
    #[must_use]
    pub fn sliced(&self, (lower, upper): (Option<i128>, Option<i128>)) -> Option<Self> {
        let length = match self {
            Self::Str(text) => text.text.chars().count(),
            Self::List(items) | Self::Tuple(items) => items.len(),
            _ => return None,
        };
        let whole = i128::try_from(length).ok()?;
        let index = |bound: i128| {
            let bound = if bound < 0 { whole + bound } else { bound };
            usize::try_from(bound.clamp(0, whole)).unwrap_or_default()
        };
        let start = lower.map_or(0, index);
        let end = upper.map_or(length, index).max(start);
        Some(match self {
            Self::Str(text) => {
                let offset = |count: usize| {
                    let mut chars = text.text.char_indices();
                    chars.nth(count).map_or(text.text.len(), |(at, _)| at)
                };
                Self::Str(text.slice(offset(start), offset(end)))
            }
            Self::List(items) => Self::List(items[start..end].to_vec()),
            Self::Tuple(items) => Self::Tuple(items[start..end].to_vec()),
            _ => return None,
        })
    }

    /// The value as seen from another place: all of it stands at `at` now.
    #[must_use]
    pub fn moved(self, at: Span) -> Self {
        let all = |items: Vec<Self>| items.into_iter().map(|item| item.moved(at)).collect();
        match self {
            Self::Str(text) => Self::Str(text.text.into()),
            Self::List(items) => Self::List(all(items)),
            Self::Tuple(items) => Self::Tuple(all(items)),
            Self::Set(items) => Self::Set(all(items)),
            Self::Dict(items) => Self::Dict(
                items
                    .into_iter()
                    .map(|(key, value)| (key.moved(at), value.moved(at)))
                    .collect(),
            ),
            Self::Call(call) => {
                let kwargs = call.kwargs.into_iter();
                Self::Call(Box::new(Call {
                    receiver: call.receiver.map(|receiver| receiver.moved(at)),
                    callee: call.callee,
                    args: all(call.args),
                    kwargs: kwargs
                        .map(|(name, value)| (name, value.moved(at)))
                        .collect(),
                    span: at,
                }))
            }
            Self::Binary(left, op, right) => {
                Self::Binary(Box::new(left.moved(at)), op, Box::new(right.moved(at)))
            }
            Self::Unary(op, operand) => Self::Unary(op, Box::new(operand.moved(at))),
            Self::Unknown(opaque) => Self::Unknown(Opaque {
                span: at,
                reason: opaque.reason,
            }),
            plain => plain,
        }
    }
}
