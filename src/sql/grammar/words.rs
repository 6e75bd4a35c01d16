//! The tokens of one statement as the grammar sees them: which keyword or sign each is, and what it may name.

use super::escapes;
use crate::postgres::keywords::{self, Class};
use crate::postgres::{Change, Version};
use crate::sql::token::{Token, TokenKind};

/// A keyword by its number, or one of the signs below.
pub(super) type Code = u16;

/// More than there are keywords; the kinds of other tokens follow.
const SIGNS: Code = 512;
pub(super) const IDENT: Code = SIGNS;
pub(super) const STRING: Code = SIGNS + 1;
pub(super) const INTEGER: Code = SIGNS + 2;
pub(super) const NUMBER: Code = SIGNS + 3;
pub(super) const PARAMETER: Code = SIGNS + 4;
/// An operator that is none of those in `SIGN_TEXTS`.
pub(super) const OPERATOR: Code = SIGNS + 5;
/// What fits nowhere.
pub(super) const STRAY: Code = SIGNS + 6;
/// Behind the last token.
pub(super) const END: Code = SIGNS + 7;
const FIRST_TEXT: Code = SIGNS + 8;
/// How many codes there can be.
pub(super) const CODES: usize = FIRST_TEXT as usize + SIGN_TEXTS.len();

/// What has a code of its own by what is written.
const SIGN_TEXTS: &[&str] = &[
    "(", ")", "[", "]", ",", ";", ".", ":", "+", "-", "*", "/", "%", "^", "<", ">", "=", "<=",
    ">=", "<>", "::", ":=", "=>",
];
pub(super) const OPEN: Code = FIRST_TEXT;
pub(super) const CLOSE: Code = FIRST_TEXT + 1;
pub(super) const COMMA: Code = FIRST_TEXT + 4;
pub(super) const MINUS: Code = FIRST_TEXT + 9;
/// `+` to `<>`: the operators that have a precedence of their own (`MathOp` in gram.y).
pub(super) const PLUS: Code = FIRST_TEXT + 8;
pub(super) const NOT_EQUAL: Code = FIRST_TEXT + 19;

/// Whether it is an operator that is no keyword.
pub(super) fn is_operator(code: Code) -> bool {
    code == OPERATOR || (PLUS..=NOT_EQUAL).contains(&code)
}

/// The code of a keyword in lower case or of a sign.
pub(super) fn code(written: &str) -> Option<Code> {
    match SIGN_TEXTS.iter().position(|text| *text == written) {
        Some(at) => Some(FIRST_TEXT + Code::try_from(at).ok()?),
        None => keywords::number(written),
    }
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) code: Code,
    pub(super) class: Class,
    /// For an opening parenthesis, the place of the one that closes it; 0 where none does.
    pub(super) closing: u32,
}

/// The tokens of a statement, with one behind them that marks the end.
#[derive(Default)]
pub(super) struct Words {
    pub(super) words: Vec<Word>,
    open: Vec<usize>,
    /// What the first word is taken for.
    pub(super) first: Option<Code>,
    /// Whether one of them is not the same in all versions.
    pub(super) varies: bool,
    /// Whether one of them is read otherwise in this version, in a way that is not told here.
    pub(super) is_unsure: bool,
}

impl Words {
    /// Takes in the tokens, which stand in `text`, as `version` sees them.
    pub(super) fn read(&mut self, text: &str, tokens: &[Token], version: Version) {
        self.words.clear();
        self.open.clear();
        self.varies = false;
        self.is_unsure = false;
        for token in tokens {
            let word = self.word(&text[token.span.start..token.span.end], token.kind, version);
            match word.code {
                OPEN => self.open.push(self.words.len()),
                CLOSE => {
                    let close = u32::try_from(self.words.len()).unwrap_or(0);
                    if let Some(open) = self.open.pop() {
                        self.words[open].closing = close;
                    }
                }
                _ => {}
            }
            self.words.push(word);
        }
        if let (Some(first), Some(word)) = (self.first, self.words.first_mut()) {
            word.code = first;
        }
        self.words.push(sign(END));
    }

    fn word(&mut self, written: &str, kind: TokenKind, version: Version) -> Word {
        match kind {
            TokenKind::Word => match keywords::number(written) {
                Some(number) => {
                    let keyword = &keywords::all()[usize::from(number)];
                    self.varies |= !keyword.is_steady();
                    let class = keyword.class(version);
                    let code = if class == Class::NAME { IDENT } else { number };
                    Word {
                        code,
                        class,
                        closing: 0,
                    }
                }
                None => name(),
            },
            _ if escapes::are_broken(written) => sign(STRAY),
            TokenKind::Quoted | TokenKind::Template => name(),
            TokenKind::String => sign(STRING),
            TokenKind::Number => sign(self.number(written, version)),
            TokenKind::Parameter => sign(PARAMETER),
            TokenKind::Operator => sign(operator(written)),
            TokenKind::Symbol(_) => sign(symbol(written)),
        }
    }
}

impl Words {
    /// Before 15 what follows a number's digits is a word of its own; since then it is refused.
    fn number(&mut self, written: &str, version: Version) -> Code {
        if is_plain(written) {
            return if is_integer(written) { INTEGER } else { NUMBER };
        }
        self.varies = true;
        self.is_unsure |= !version.has(Change::NumbersEndAtBlanks);
        match version.has(Change::MoreNumbers) && is_recent(written) {
            true if is_integer(&written.replace('_', "")) => INTEGER,
            true => NUMBER,
            false => STRAY,
        }
    }
}

const fn sign(code: Code) -> Word {
    Word {
        code,
        class: Class::NONE,
        closing: 0,
    }
}

const fn name() -> Word {
    Word {
        code: IDENT,
        class: Class::NAME,
        closing: 0,
    }
}

/// The code so many places behind another.
fn behind(code: Code, places: usize) -> Code {
    Code::try_from(places).map_or(STRAY, |places| code + places)
}

fn symbol(written: &str) -> Code {
    let found = SIGN_TEXTS[..8].iter().position(|text| *text == written);
    found.map_or(STRAY, |at| behind(FIRST_TEXT, at))
}

fn operator(written: &str) -> Code {
    if written == "!=" {
        return NOT_EQUAL;
    }
    if written == ".." {
        return STRAY;
    }
    if written.len() > 2 {
        return OPERATOR;
    }
    let found = SIGN_TEXTS[8..].iter().position(|text| *text == written);
    found.map_or(OPERATOR, |at| behind(PLUS, at))
}

/// Whether it fits into `int`, as `process_integer_literal` of scan.l asks; longer ones are numeric.
fn is_integer(digits: &str) -> bool {
    let radix = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => return digits.parse::<i32>().is_ok(),
    };
    i32::from_str_radix(&digits[2..], radix).is_ok()
}

/// Whether it is a number in every version: digits, a point, an exponent.
fn is_plain(written: &str) -> bool {
    let (mantissa, exponent) = match written.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (written, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    digits(whole)
        && digits(fraction)
        && exponent.is_none_or(|text| !text.is_empty() && digits(text))
}

/// Whether it is a number as versions from 16 on have them: other bases, and single underscores between digits.
fn is_recent(written: &str) -> bool {
    let bytes = written.as_bytes();
    let lone = |at: usize| {
        bytes.get(at + 1).is_some_and(u8::is_ascii_hexdigit) && at > 0 && bytes[at - 1] != b'_'
    };
    if (0..bytes.len()).any(|at| bytes[at] == b'_' && !lone(at)) {
        return false;
    }
    let allowed: fn(&u8) -> bool = match bytes {
        [b'0', b'x' | b'X', _, ..] => |byte| byte.is_ascii_hexdigit() || *byte == b'_',
        [b'0', b'o' | b'O', _, ..] => |byte| matches!(byte, b'0'..=b'7' | b'_'),
        [b'0', b'b' | b'B', _, ..] => |byte| matches!(byte, b'0' | b'1' | b'_'),
        _ => return bytes[0] != b'_' && is_plain(&written.replace('_', "")),
    };
    bytes[2..].iter().all(allowed)
}
