//! Strings: where their text stands in the source, and what formatting makes of them.

use super::{Evaluator, MAX_SIZE, unknown};
use crate::django::syntax::span;
use crate::django::value::{Piece, Text, Value};
use crate::source::Span;
use ruff_python_ast::{
    ConversionFlag, ExprFString, ExprStringLiteral, FStringPart, InterpolatedStringElement,
    StringLiteral,
};

impl<'a> Evaluator<'a> {
    pub(super) fn string(&self, literal: &ExprStringLiteral) -> Value {
        let mut text = Text::default();
        for part in &literal.value {
            text.push(&self.part(part));
        }
        Value::Str(text)
    }

    fn part(&self, part: &StringLiteral) -> Text {
        self.text_at(part.as_str(), span(part.content_range()))
    }

    /// The text that is written at this place.
    fn text_at(&self, value: &str, at: Span) -> Text {
        let source = self.file.slice(at);
        let pieces = if source == value {
            vec![Piece { at: 0, span: at }]
                .into_iter()
                .filter(|_| !value.is_empty())
                .collect()
        } else {
            pieces(source, at.start, value)
        };
        Text {
            text: value.to_owned(),
            pieces,
        }
    }

    pub(super) fn f_string(&mut self, string: &'a ExprFString) -> Value {
        let mut text = Text::default();
        for part in &string.value {
            match part {
                FStringPart::Literal(literal) => text.push(&self.part(literal)),
                FStringPart::FString(string) => {
                    for element in &string.elements {
                        match self.f_string_element(element) {
                            Ok(part) => text.push(&part),
                            Err(value) => return value,
                        }
                        if text.text.len() > MAX_SIZE {
                            return unknown(span(string.range), "too much to compute");
                        }
                    }
                }
            }
        }
        Value::Str(text)
    }

    fn f_string_element(&mut self, element: &'a InterpolatedStringElement) -> Result<Text, Value> {
        match element {
            InterpolatedStringElement::Literal(literal) => {
                Ok(self.text_at(&literal.value, span(literal.range)))
            }
            InterpolatedStringElement::Interpolation(inner) => {
                let at = span(inner.range);
                let value = self.value(&inner.expression);
                let plain = inner.format_spec.is_none() && inner.debug_text.is_none();
                let shown = match inner.conversion {
                    ConversionFlag::None | ConversionFlag::Str => shown(&value),
                    _ => None,
                };
                match (shown, value) {
                    (Some(text), _) if plain => Ok(text),
                    (_, Value::Unknown(opaque)) => Err(Value::Unknown(opaque)),
                    _ => Err(unknown(at, "what is put into this string is not known")),
                }
            }
        }
    }
}

/// What `str()` makes of a constant.
pub(super) fn shown(value: &Value) -> Option<Text> {
    Some(match value {
        Value::Str(text) => text.clone(),
        Value::Int(int) => int.to_string().into(),
        Value::Bool(true) => "True".to_owned().into(),
        Value::Bool(false) => "False".to_owned().into(),
        Value::None => "None".to_owned().into(),
        _ => return None,
    })
}

/// `template % argument`.
pub(super) fn percent(template: &Text, argument: &Value, at: Span) -> Value {
    let mut arguments = match argument {
        Value::Unknown(opaque) => return Value::Unknown(opaque.clone()),
        Value::Tuple(items) => items.iter(),
        single => std::slice::from_ref(single).iter(),
    };
    let mut text = Text::default();
    let mut from = 0;
    while let Some(found) = template.text[from..].find('%') {
        let sign = from + found;
        text.push(&template.slice(from, sign));
        let rest = &template.text[sign + 1..];
        let named = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        let (value, spec) = match (named, argument) {
            (Some((name, spec)), Value::Dict(items)) => {
                let item = items.iter().find(|(key, _)| key.as_str() == Some(name));
                (item.map(|(_, value)| value), spec)
            }
            (Some(_), _) => (None, rest),
            (None, _) if rest.starts_with('%') => {
                text.push(&template.slice(sign, sign + 1));
                from = sign + 2;
                continue;
            }
            (None, _) => (arguments.next(), rest),
        };
        let shown = match (value, spec.bytes().next()) {
            (Some(value), Some(b's')) => shown(value),
            (Some(value), Some(b'd' | b'i')) => value.as_int().map(|int| int.to_string().into()),
            _ => None,
        };
        let Some(shown) = shown else {
            return unknown(at, "what is put into this string is not known");
        };
        text.push(&shown);
        from = template.text.len() - spec.len() + 1;
    }
    text.push(&template.slice(from, template.text.len()));
    Value::Str(text)
}

/// `template.format(*args, **kwargs)`; `None` where it is not plain.
pub(super) fn format(template: &Text, args: &[Value], kwargs: &[(String, Value)]) -> Option<Text> {
    let mut text = Text::default();
    let mut next = 0;
    let mut from = 0;
    while let Some(found) = template.text[from..].find(['{', '}']) {
        let brace = from + found;
        text.push(&template.slice(from, brace));
        let rest = &template.text[brace..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            text.push(&template.slice(brace, brace + 1));
            from = brace + 2;
            continue;
        }
        let name = rest.strip_prefix('{')?.split_once('}')?.0;
        let value = match name.parse::<usize>() {
            Ok(at) => args.get(at),
            Err(_) if name.is_empty() => {
                next += 1;
                args.get(next - 1)
            }
            Err(_) => kwargs
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value),
        };
        text.push(&shown(value?)?);
        from = brace + name.len() + 2;
    }
    text.push(&template.slice(from, template.text.len()));
    Some(text)
}

/// The runs that source and value have in common, where the source has escapes.
fn pieces(source: &str, start: usize, value: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut from, mut to) = (
        source.char_indices().peekable(),
        value.char_indices().peekable(),
    );
    while let (Some(&(at, written)), Some(&(offset, meant))) = (from.peek(), to.peek()) {
        let is_brace = matches!(written, '{' | '}') && source[at + 1..].starts_with(written);
        if written == meant && written != '\\' {
            let length = written.len_utf8();
            match pieces.last_mut() {
                Some(piece)
                    if piece.span.end == start + at && piece.at + piece.span.len() == offset =>
                {
                    piece.span.end += length;
                }
                _ => pieces.push(Piece {
                    at: offset,
                    span: Span::new(start + at, start + at + length),
                }),
            }
            from.next();
            to.next();
            // `{{` in an f-string.
            if is_brace && !value[offset + 1..].starts_with(written) {
                from.next();
            }
        } else if written == '\\' {
            let escape = escape(&source[at..]);
            let end = at + escape;
            while from.next_if(|(at, _)| *at < end).is_some() {}
            if !matches!(source.as_bytes().get(at + 1), Some(b'\n' | b'\r')) {
                to.next();
            }
        } else {
            // A carriage return is read as the newline behind it.
            from.next();
        }
    }
    pieces
}

/// The length of the escape that a text starts with.
fn escape(text: &str) -> usize {
    let rest = &text.as_bytes()[1..];
    let hex = |count: usize| {
        let digits = rest[1..]
            .iter()
            .take(count)
            .take_while(|byte| byte.is_ascii_hexdigit());
        2 + digits.count()
    };
    match rest.first() {
        Some(b'x') => hex(2),
        Some(b'u') => hex(4),
        Some(b'U') => hex(8),
        Some(b'N') => text.find('}').map_or(2, |end| end + 1),
        Some(b'0'..=b'7') => {
            1 + rest
                .iter()
                .take(3)
                .take_while(|byte| matches!(byte, b'0'..=b'7'))
                .count()
        }
        Some(b'\r') if rest.get(1) == Some(&b'\n') => 3,
        Some(_) => 1 + text[1..].chars().next().map_or(0, char::len_utf8),
        None => 1,
    }
}
