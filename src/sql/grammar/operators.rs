//! Expressions: operands and the operators between them, by PostgreSQL's precedence.
//!
//! Source: `a_expr` and `b_expr` in `src/backend/parser/gram.y`, and the precedences at its head.

use super::recognizer::Recognizer;
use super::words::{self, Code};

/// How tight an operator binds, from OR up.
type Level = u8;
const OR: Level = 1;
const AND: Level = 2;
const NOT: Level = 3;
const IS: Level = 4;
const COMPARISON: Level = 5;
const PATTERN: Level = 6;
const OTHER: Level = 7;
const SUM: Level = 8;
const PRODUCT: Level = 9;
const POWER: Level = 10;
const AT: Level = 11;
const COLLATE: Level = 12;
const SIGN: Level = 13;
const CAST: Level = 14;

/// Where an operator and its operand end, and whether another of the same level may follow.
struct Taken {
    end: usize,
    alone: bool,
}

impl Recognizer<'_> {
    /// `a_expr`.
    pub(super) fn expression(&mut self, at: usize) -> Option<usize> {
        self.above(at, OR, true)
    }

    /// `b_expr`.
    pub(super) fn restricted(&mut self, at: usize) -> Option<usize> {
        self.above(at, OR, false)
    }

    /// An expression whose operators outside of parentheses bind at least as tight as `lowest`; `full` is `a_expr`.
    fn above(&mut self, at: usize, lowest: Level, full: bool) -> Option<usize> {
        self.deeper(at, |this| {
            let mut end = this.operand(at, full)?;
            let mut barred = 0;
            loop {
                let level = this.level(end, full);
                if level < lowest || level == 0 {
                    return Some(end);
                }
                if level == barred {
                    return this.miss(end);
                }
                let Some(taken) = this.operation(end, level, full) else {
                    return Some(end);
                };
                end = taken.end;
                barred = if taken.alone { level } else { 0 };
            }
        })
    }

    /// Whether the parenthesis at `at` holds a query: looks through parentheses in parentheses, of which each must hold nothing else.
    pub(super) fn query_ahead(&self, at: usize) -> bool {
        let query = &self.parts.query;
        let mut inner = at;
        while self.code(inner) == words::OPEN {
            inner += 1;
        }
        let first = self.code(inner);
        let begins = query.begins.contains(&first)
            || first == query.values && self.code(inner + 1) == words::OPEN;
        let goes_on = |open: usize| {
            let behind = self.words.get(self.words[open].closing as usize + 1);
            behind
                .is_some_and(|word| word.code == words::CLOSE || query.goes_on.contains(&word.code))
        };
        begins && inner > at && (at + 1..inner).all(goes_on)
    }

    fn operand(&mut self, at: usize, full: bool) -> Option<usize> {
        let parts = self.parts;
        let code = self.code(at);
        if code == parts.codes.not && full {
            return self.above(at + 1, NOT, full);
        }
        if code == words::PLUS || code == words::MINUS {
            return self.above(at + 1, SIGN, full);
        }
        if code == words::OPERATOR {
            return self.above(at + 1, OTHER + 1, full);
        }
        if code == parts.codes.operator
            && self.code(at + 1) == words::OPEN
            && let Some(end) = self.node(parts.tail_operator, at)
        {
            return self.above(end, OTHER + 1, full);
        }
        self.node(parts.primary, at)
    }

    /// The level of the operator at `at`; 0 where none stands there.
    fn level(&self, at: usize, full: bool) -> Level {
        let code = self.code(at);
        if code > words::END {
            return sign_level(code);
        }
        let codes = &self.parts.codes;
        match code {
            words::OPERATOR => OTHER,
            _ if code == codes.operator => OTHER,
            _ if code == codes.is => IS,
            _ if !full || code >= words::IDENT => 0,
            _ if code == codes.and => AND,
            _ if code == codes.or => OR,
            _ if code == codes.isnull || code == codes.notnull => IS,
            _ if self.is_pattern(code) => PATTERN,
            _ if code == codes.not && self.is_pattern(self.code(at + 1)) => PATTERN,
            _ if code == codes.at => AT,
            _ if code == codes.collate => COLLATE,
            _ => 0,
        }
    }

    fn is_pattern(&self, code: Code) -> bool {
        let codes = &self.parts.codes;
        let all = [
            codes.between,
            codes.r#in,
            codes.like,
            codes.ilike,
            codes.similar,
        ];
        all.contains(&code)
    }

    fn operation(&mut self, at: usize, level: Level, full: bool) -> Option<Taken> {
        let parts = self.parts;
        let open = |end| Taken { end, alone: false };
        match level {
            OR | AND => self.above(at + 1, level + 1, full).map(open),
            IS => self.is(at, full),
            PATTERN => self.pattern(at),
            AT => {
                if let Some(end) = self.node(parts.tail_at_local, at) {
                    return Some(open(end));
                }
                let end = self.node(parts.tail_at, at)?;
                self.above(end, AT + 1, full).map(open)
            }
            COLLATE => self.node(parts.any_name, at + 1).map(open),
            CAST => self.node(parts.type_name, at + 1).map(open),
            _ => self.between_operands(at, level, full),
        }
    }

    /// An operator of signs, OPERATOR(...), or one before ANY and ALL.
    fn between_operands(&mut self, at: usize, level: Level, full: bool) -> Option<Taken> {
        let parts = self.parts;
        let behind = if self.code(at) == parts.codes.operator {
            self.node(parts.tail_operator, at)?
        } else {
            at + 1
        };
        if full && let Some(end) = self.node(parts.tail_any, behind) {
            return Some(Taken { end, alone: false });
        }
        let end = self.above(behind, level + 1, full)?;
        let alone = level == COMPARISON;
        Some(Taken { end, alone })
    }

    fn is(&mut self, at: usize, full: bool) -> Option<Taken> {
        let parts = self.parts;
        if self.code(at) != parts.codes.is {
            return Some(Taken {
                end: at + 1,
                alone: false,
            });
        }
        if let Some(end) = self.node(parts.tail_is_distinct, at + 1) {
            let end = self.above(end, IS + 1, full)?;
            return Some(Taken { end, alone: true });
        }
        let tail = if full {
            parts.tail_is
        } else {
            parts.tail_is_document
        };
        let end = self.node(tail, at + 1)?;
        Some(Taken { end, alone: false })
    }

    /// BETWEEN, IN, LIKE, ILIKE, SIMILAR TO, with or without NOT.
    fn pattern(&mut self, at: usize) -> Option<Taken> {
        let parts = self.parts;
        let codes = &parts.codes;
        let at = at + usize::from(self.code(at) == codes.not);
        let word = self.code(at);
        if word == codes.r#in {
            let end = self.node(parts.tail_in, at + 1)?;
            return Some(Taken { end, alone: false });
        }
        if word == codes.between {
            let ordered =
                self.code(at + 1) == codes.symmetric || self.code(at + 1) == codes.asymmetric;
            let middle = self.restricted(at + 1 + usize::from(ordered))?;
            if self.code(middle) != codes.and {
                return self.miss(middle);
            }
            let end = self.above(middle + 1, PATTERN + 1, true)?;
            return Some(Taken { end, alone: true });
        }
        let mut behind = at + 1;
        if word == codes.similar {
            if self.code(behind) != codes.to {
                return self.miss(behind);
            }
            behind += 1;
        } else if let Some(end) = self.node(parts.tail_any, behind) {
            return Some(Taken { end, alone: false });
        }
        let mut end = self.above(behind, PATTERN + 1, true)?;
        if self.code(end) == codes.escape {
            end = self.above(end + 1, PATTERN + 1, true)?;
        }
        Some(Taken { end, alone: true })
    }
}

/// The level of `+`, `<=`, `::` and the like.
fn sign_level(code: Code) -> Level {
    const FROM_PLUS: [Level; 13] = [
        SUM, SUM, PRODUCT, PRODUCT, PRODUCT, POWER, COMPARISON, COMPARISON, COMPARISON, COMPARISON,
        COMPARISON, COMPARISON, CAST,
    ];
    let place = code.checked_sub(words::PLUS).map(usize::from);
    place
        .and_then(|place| FROM_PLUS.get(place))
        .copied()
        .unwrap_or(0)
}
