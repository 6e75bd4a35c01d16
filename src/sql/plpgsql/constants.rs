//! Variables whose values are written in the code: those that are set once, and those of a loop over an array that is written out.
//!
//! Source: PostgreSQL documentation, "Executing Dynamic Commands" and "format".

use crate::sql::cursor::{Cursor, depth_after};
use crate::sql::lexer::Lexer;
use crate::sql::plpgsql::Body;
use crate::sql::token::{Lexeme, Token, TokenKind};
use std::collections::{HashMap, HashSet};

/// More values of one variable are not tried.
const CHOICES: usize = 50;

/// Parentheses are followed so deep.
const DEPTH: usize = 20;

/// The values that variables can have, by folded name.
#[derive(Default)]
pub(super) struct Constants {
    values: HashMap<String, Vec<String>>,
    /// The whole numbers that variables begin with.
    numbers: HashMap<String, i128>,
    /// Variables that are set behind their declaration.
    changing: HashSet<String>,
}

impl Constants {
    /// Finds out which variables of a body change.
    pub(super) fn of(body: &Body) -> Self {
        let mut lexer = Lexer::new(&body.text, body.range);
        let mut tokens = Vec::new();
        while let Some(lexeme) = lexer.next() {
            if let Lexeme::Token(token) = lexeme {
                tokens.push(token);
            }
        }
        Self {
            changing: changing(&body.text, &tokens),
            ..Self::default()
        }
    }

    /// A variable is declared with a value.
    pub(super) fn declare(&mut self, name: &str, value: Cursor) {
        if let Ok(number) = value.text().parse() {
            self.numbers.insert(name.to_owned(), number);
        }
        let texts = self.texts(value);
        self.set(name, texts);
    }

    /// A variable is declared, or a loop gives it its values: those that stand in `list`, if all of them can be read.
    pub(super) fn set(&mut self, name: &str, list: Option<Vec<String>>) {
        match list.filter(|list| list.len() <= CHOICES && !self.changing.contains(name)) {
            Some(list) => self.values.insert(name.to_owned(), list),
            None => self.values.remove(name),
        };
    }

    /// The whole number that a variable has, or begins with.
    pub(super) fn number(&self, name: &str) -> Option<i128> {
        self.numbers.get(name).copied()
    }

    /// What an expression can be: each text that values of its variables make.
    pub(super) fn texts(&self, cursor: Cursor) -> Option<Vec<String>> {
        let depths = cursor.tokens().iter().scan(0, |depth, token| {
            *depth = depth_after(*depth, *token);
            Some(*depth)
        });
        depths.max().filter(|depth| *depth <= DEPTH)?;
        let names = cursor.tokens().iter();
        let names = names.map(|token| cursor.token_text(*token).to_ascii_lowercase());
        let mut several = names.filter(|name| self.values.get(name).is_some_and(|it| it.len() > 1));
        let Some(varies) = several.next() else {
            return Some(vec![self.joined(cursor, None)?]);
        };
        if several.any(|other| other != varies) {
            return None;
        }
        let values = self.values[&varies].iter();
        let texts = values.map(|value| self.joined(cursor, Some((&varies, value))));
        texts.collect()
    }

    /// Strings joined by `||`; `chosen`: a variable, and its value.
    fn joined(&self, mut cursor: Cursor, chosen: Option<(&str, &str)>) -> Option<String> {
        let mut whole = String::new();
        loop {
            let joins = |ahead: &Cursor| {
                let token = ahead.peek();
                token.is_some_and(|token| ahead.token_text(token) == "||")
            };
            let term = cursor.until(joins);
            whole.push_str(&self.term(term, chosen)?);
            if cursor.is_empty() {
                return Some(whole);
            }
            cursor.next();
        }
    }

    fn term(&self, mut cursor: Cursor, chosen: Option<(&str, &str)>) -> Option<String> {
        let value = if cursor.at_symbol(b'(') {
            self.joined(cursor.parentheses()?, chosen)?
        } else if let Some(string) = cursor.string() {
            string
        } else {
            let name = cursor.label()?;
            match cursor.parentheses() {
                Some(arguments) => self.called(&name, arguments, chosen)?,
                None => self.value(&name, chosen)?,
            }
        };
        if cursor.eat_operator("::") {
            cursor.eat_any(&["text", "name", "varchar", "regclass"])?;
        }
        cursor.is_empty().then_some(value)
    }

    fn value(&self, name: &str, chosen: Option<(&str, &str)>) -> Option<String> {
        if let Some((_, value)) = chosen.filter(|(chosen, _)| *chosen == name) {
            return Some(value.to_owned());
        }
        match &self.values.get(name)?[..] {
            [value] => Some(value.clone()),
            _ => None,
        }
    }

    fn called(
        &self,
        function: &str,
        arguments: Cursor,
        chosen: Option<(&str, &str)>,
    ) -> Option<String> {
        // Commands that name the database name no relation.
        if function == "current_database" && arguments.is_empty() {
            return Some("current_database".to_owned());
        }
        let values = arguments
            .commas()
            .map(|argument| self.joined(argument, chosen));
        let values = values.collect::<Option<Vec<String>>>()?;
        match (function, &values[..]) {
            ("format", [pattern, values @ ..]) => formatted(pattern, values),
            ("quote_ident", [name]) => Some(identifier(name)),
            ("quote_literal", [text]) => Some(literal(text)),
            ("concat", _) => Some(values.concat()),
            _ => None,
        }
    }
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What `format` makes: `%I`, `%L` and `%s`, each with the place of its argument or without.
fn formatted(pattern: &str, values: &[String]) -> Option<String> {
    let mut text = String::new();
    let mut next = 0;
    let mut rest = pattern;
    while let Some((before, behind)) = rest.split_once('%') {
        text.push_str(before);
        if let Some(behind) = behind.strip_prefix('%') {
            text.push('%');
            rest = behind;
            continue;
        }
        let digits = behind.find(|c: char| !c.is_ascii_digit())?;
        let mut behind = behind;
        if digits > 0 {
            next = behind[..digits].parse::<usize>().ok()?.checked_sub(1)?;
            behind = behind[digits..].strip_prefix('$')?;
        }
        let value = values.get(next)?;
        next += 1;
        let mut characters = behind.chars();
        match characters.next()? {
            'I' => text.push_str(&identifier(value)),
            'L' => text.push_str(&literal(value)),
            's' => text.push_str(value),
            _ => return None,
        }
        rest = characters.as_str();
    }
    text.push_str(rest);
    Some(text)
}

/// The variables that are set behind their declaration, where a type stands before the value.
fn changing(text: &str, tokens: &[Token]) -> HashSet<String> {
    const BEFORE: &[&str] = &[";", "begin", "then", "else", "loop"];
    let word = |token: &Token| text[token.span.start..token.span.end].to_ascii_lowercase();
    let mut changing = HashSet::new();
    let (mut before, mut after_into) = (String::new(), false);
    for (at, token) in tokens.iter().enumerate() {
        let name = word(token);
        let next = tokens.get(at + 1).map(&word).unwrap_or_default();
        let is_name = matches!(token.kind, TokenKind::Word | TokenKind::Quoted);
        let set = next == ":=" || next == "=" && BEFORE.contains(&before.as_str());
        if is_name && (set || after_into) {
            changing.insert(name.clone());
        }
        let goes_on = matches!(name.as_str(), "strict" | ",") || is_name && next == ",";
        after_into = name == "into" || after_into && goes_on;
        before = name;
    }
    changing
}
