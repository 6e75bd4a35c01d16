//! Every form of every statement that PostgreSQL 18 knows, in `forms.sql`: what the parser calls each, and that white space, comments and case change nothing.

use super::all;
use crate::ir::{Action, AlterTable};
use crate::source::Span;
use crate::sql::lexer::Lexer;
use crate::sql::token::{Lexeme, TokenKind};
use std::fmt::Write;

const FORMS: &str = include_str!("forms.sql");

/// Each statement with the comment behind it.
fn forms() -> Vec<(&'static str, &'static str)> {
    let parsed = all(FORMS);
    assert_eq!(parsed.problems, []);
    let form = |span: Span| {
        let line = FORMS[span.end..].lines().next().unwrap_or_default();
        let comment = line.trim_start_matches(';').trim();
        let expected = comment.strip_prefix("-- ").unwrap_or(comment);
        (&FORMS[span.start..span.end], expected)
    };
    let spans = parsed.statements.iter().map(|statement| statement.span);
    spans.map(form).collect()
}

/// The kind of the one statement in a text, and the names of its subcommands.
fn described(text: &str) -> String {
    let parsed = all(text);
    let [statement] = parsed.statements.as_slice() else {
        return format!("{} statements", parsed.statements.len());
    };
    let mut words = statement.action.kind().to_string();
    if let Action::AlterTable(AlterTable { commands, .. }) = &statement.action {
        for command in commands {
            let written = format!("{:?}", command.action);
            let end = written.find([' ', '(']).unwrap_or(written.len());
            write!(words, " {}", &written[..end]).expect("a string takes all");
        }
    }
    words
}

#[test]
fn every_form_is_known() {
    let forms = forms();
    assert!(forms.len() > 300, "{}", forms.len());
    for (text, expected) in forms {
        assert!(!expected.contains("nknown"), "{text}");
        assert_eq!(described(text), expected, "{text}");
    }
}

/// The same tokens, with other things between them and their words in other case.
fn disguised(text: &str, seed: usize) -> String {
    const GAPS: &[&str] = &["\n", "\t ", "/* a /* b; */ ' */", " -- \" ;\n", "\r\n"];
    let mut lexer = Lexer::new(text, Span::new(0, text.len()));
    let mut made = String::new();
    let mut number = seed;
    while let Some(lexeme) = lexer.next() {
        let Lexeme::Token(token) = lexeme else {
            continue;
        };
        let token_text = &text[token.span.start..token.span.end];
        number = number.wrapping_mul(31).wrapping_add(token.span.end + 7);
        made.push_str(GAPS[number % GAPS.len()]);
        if token.kind == TokenKind::Word && number.is_multiple_of(2) {
            made.push_str(&token_text.to_ascii_uppercase());
        } else {
            made.push_str(token_text);
        }
    }
    made
}

#[test]
fn white_space_comments_and_case_change_nothing() {
    for (text, expected) in forms() {
        for seed in 0..5 {
            let text = disguised(text, seed);
            assert_eq!(described(&text), expected, "{text}");
        }
    }
}

#[test]
fn no_lost_repeated_or_exchanged_token_makes_it_panic() {
    for (text, _) in forms() {
        let mut lexer = Lexer::new(text, Span::new(0, text.len()));
        let mut tokens = Vec::new();
        while let Some(lexeme) = lexer.next() {
            if let Lexeme::Token(token) = lexeme {
                tokens.push(&text[token.span.start..token.span.end]);
            }
        }
        for at in 0..tokens.len() {
            let mut lost = tokens.clone();
            let token = lost.remove(at);
            all(&lost.join(" "));
            lost.insert(lost.len() / 2, token);
            all(&lost.join(" "));
            lost.insert(at, token);
            all(&lost.join(" "));
        }
    }
}
