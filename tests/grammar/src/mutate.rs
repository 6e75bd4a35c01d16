//! Statements changed a little, by seed: what PostgreSQL still accepts must still be known, and nothing may make the linter panic or hang.

use crate::compare::{Verdict, theirs};
use crate::dice::Dice;
use crate::report::Report;
use crate::suite::actions;
use pg_query::protobuf::{KeywordKind, ScanToken, Token};
use std::time::{Duration, Instant};

/// Far more than any statement of the suite takes.
const LIMIT: Duration = Duration::from_secs(2);

/// What may stand between two tokens.
const GAPS: &[&str] = &[
    "\n",
    "\t",
    "\r\n",
    "  \u{c}",
    " /* a /* nested; */ ' comment */ ",
    " -- to the end; of the \"line\n",
    "/**/",
];

/// Words that PostgreSQL allows in some places.
const OPTIONAL: &[&str] = &[
    "if exists",
    "if not exists",
    "only",
    "cascade",
    "restrict",
    "concurrently",
    "column",
    "constraint c",
    "table",
    "as",
    "temp",
    "unlogged",
    "or replace",
    "not valid",
    "not null",
    "no inherit",
    "deferrable initially deferred",
    "not enforced",
    "verbose",
    "with (fillfactor = 70)",
    "using btree",
    "include (a)",
    "nulls not distinct",
    "collate \"C\"",
    "tablespace pg_default",
    "where (true)",
    "default",
    "*",
    "by",
    "with",
    "all",
    "distinct",
    "for update",
    "returning *",
];

/// One token as PostgreSQL's scanner has it, and what stands before it.
#[derive(Clone)]
struct Piece {
    gap: String,
    text: String,
    token: Token,
    keyword: KeywordKind,
}

/// Changes so many of the known statements, one after another, and compares each with what PostgreSQL makes of it.
pub fn run(known: &[String], count: usize, report: &mut Report) {
    let mut dice = Dice(count as u64);
    for round in 0..count {
        // Steps of a large prime reach every part of the suite before any statement comes again.
        let original = &known[round.wrapping_mul(1_000_003) % known.len()];
        let text = mutated(original, &mut dice);
        judge(&text, report);
    }
}

/// Compares what the linter and PostgreSQL make of one statement.
pub fn judge(text: &str, report: &mut Report) {
    let start = Instant::now();
    let ours = actions(text);
    assert!(start.elapsed() < LIMIT, "this takes too long: {text}");
    let Some(theirs) = theirs(text) else {
        if let Err(error) = pg_query::parse(text, pg_query::ParserOptions::default()) {
            report.refused(text, &error.to_string(), !ours.is_empty());
        }
        return;
    };
    let verdict = match ours.as_slice() {
        [action] => theirs.compare(action),
        [] => Verdict::Unknown,
        _ => Verdict::Differs(format!("{} statements", ours.len())),
    };
    report.made(text, &theirs, &verdict);
}

fn mutated(original: &str, dice: &mut Dice) -> String {
    let Some(mut pieces) = pieces(original) else {
        return original.to_owned();
    };
    for _ in 0..=dice.below(2) {
        change(&mut pieces, dice);
    }
    pieces
        .iter()
        .flat_map(|piece| [piece.gap.as_str(), &piece.text])
        .collect()
}

fn pieces(text: &str) -> Option<Vec<Piece>> {
    let scanned = pg_query::scan(text).ok()?;
    let mut end = 0;
    let mut pieces = Vec::new();
    for token in &scanned.tokens {
        let (from, to) = (
            usize::try_from(token.start).ok()?,
            usize::try_from(token.end).ok()?,
        );
        if comment(token) {
            continue;
        }
        pieces.push(Piece {
            gap: text.get(end..from)?.to_owned(),
            text: text.get(from..to)?.to_owned(),
            token: token.token(),
            keyword: token.keyword_kind(),
        });
        end = to;
    }
    (!pieces.is_empty()).then_some(pieces)
}

fn comment(token: &ScanToken) -> bool {
    matches!(token.token(), Token::SqlComment | Token::CComment)
}

fn change(pieces: &mut Vec<Piece>, dice: &mut Dice) {
    let at = dice.below(pieces.len());
    match dice.below(18) {
        0 | 12 => gaps(pieces, dice),
        1 | 13 => cases(pieces, dice),
        2 | 14 => names(pieces, dice, quoted),
        3 => names(pieces, dice, qualified),
        4 | 15 => strings(pieces, dice),
        5 => {
            pieces.remove(at);
        }
        6 => {
            let again = Piece {
                gap: " ".into(),
                ..pieces[at].clone()
            };
            pieces.insert(at, again);
        }
        7 if at > 0 => {
            let before = pieces[at - 1].text.clone();
            pieces[at - 1].text = std::mem::replace(&mut pieces[at].text, before);
        }
        8 => parenthesised(pieces, at, dice),
        9 => reordered(pieces, dice),
        10 | 11 => pieces[at].gap = format!(" {} ", dice.of(OPTIONAL)),
        _ => {
            let other = pieces[dice.below(pieces.len())].text.clone();
            pieces[at].text = other;
        }
    }
    if pieces.is_empty() {
        pieces.push(Piece {
            gap: String::new(),
            text: ";".into(),
            token: Token::Ascii59,
            keyword: KeywordKind::NoKeyword,
        });
    }
}

fn gaps(pieces: &mut [Piece], dice: &mut Dice) {
    for piece in pieces.iter_mut().skip(1) {
        match dice.below(3) {
            0 => piece.gap = dice.of(GAPS).to_owned(),
            1 if !piece
                .text
                .starts_with(|c: char| c.is_alphanumeric() || c == '_') =>
            {
                // Around punctuation nothing needs to stand; PostgreSQL tells where that is wrong.
                piece.gap.clear();
            }
            _ => {}
        }
    }
}

fn cases(pieces: &mut [Piece], dice: &mut Dice) {
    for piece in pieces {
        let word = piece.token == Token::Ident && !piece.text.contains('"');
        if word || piece.keyword != KeywordKind::NoKeyword {
            piece.text = match dice.below(3) {
                0 => piece.text.to_uppercase(),
                1 => piece.text.to_lowercase(),
                _ => piece.text.clone(),
            };
        }
    }
}

/// Writes one of the names otherwise.
fn names(pieces: &mut [Piece], dice: &mut Dice, write: fn(&str, &mut Dice) -> String) {
    let names: Vec<usize> = (0..pieces.len())
        .filter(|&at| {
            pieces[at].token == Token::Ident || pieces[at].keyword == KeywordKind::UnreservedKeyword
        })
        .collect();
    if !names.is_empty() {
        let piece = &mut pieces[names[dice.below(names.len())]];
        piece.text = write(&piece.text, dice);
    }
}

fn quoted(name: &str, dice: &mut Dice) -> String {
    if name.contains('"') {
        return name.to_owned();
    }
    let name = name.to_lowercase();
    match dice.below(3) {
        0 => format!("U&\"{name}\""),
        1 => format!("\"{name} \"\"x;\""),
        _ => format!("\"{name}\""),
    }
}

fn qualified(name: &str, dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => format!("\"my schema\".{name}"),
        1 => format!("db . public . {name}"),
        _ => format!("public.{name}"),
    }
}

/// Writes each string otherwise.
fn strings(pieces: &mut [Piece], dice: &mut Dice) {
    for piece in pieces
        .iter_mut()
        .filter(|piece| piece.token == Token::Sconst)
    {
        let Some(inner) = piece
            .text
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''))
        else {
            continue;
        };
        if inner.contains(['\'', '\\', '$']) {
            continue;
        }
        piece.text = match dice.below(5) {
            0 => format!("$${inner}$$"),
            1 => format!("$tag${inner}$tag$"),
            2 => format!("E'{inner}'"),
            3 => format!("U&'{inner}'"),
            _ => format!("'{inner}'\n'it''s; more'"),
        };
    }
}

fn parenthesised(pieces: &mut Vec<Piece>, at: usize, dice: &mut Dice) {
    let end = (at + 1 + dice.below(4)).min(pieces.len());
    let symbol = |text: &str| Piece {
        gap: " ".into(),
        text: text.into(),
        token: Token::Nul,
        keyword: KeywordKind::NoKeyword,
    };
    pieces.insert(end, symbol(")"));
    pieces.insert(at, symbol("("));
}

/// Changes the places of two neighbouring runs of tokens.
fn reordered(pieces: &mut [Piece], dice: &mut Dice) {
    let from = dice.below(pieces.len());
    let middle = (from + 1 + dice.below(4)).min(pieces.len());
    let to = (middle + 1 + dice.below(4)).min(pieces.len());
    pieces[from..to].rotate_left(middle - from);
}
