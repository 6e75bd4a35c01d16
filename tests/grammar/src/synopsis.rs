//! The synopses of PostgreSQL's reference pages (`doc/src/sgml/ref`), and statements of each form they allow.

use crate::dice::Dice;
use std::collections::BTreeMap;

/// How deep definitions may stand inside definitions.
const DEPTH: usize = 5;

/// A part of a synopsis.
#[derive(Clone, Debug)]
enum Part {
    Word(String),
    /// What a value or a definition stands for.
    Name(String),
    Optional(Vec<Part>),
    /// One of these, with a brace around them or without.
    Choice(Vec<Vec<Part>>),
    /// The part before may come again.
    Again,
}

/// One reference page: the forms of its command, and what its placeholders stand for.
#[derive(Default)]
pub struct Synopsis {
    forms: Vec<Vec<Part>>,
    definitions: BTreeMap<String, Vec<Part>>,
}

impl Synopsis {
    /// Reads a page; empty where it has no synopsis of SQL.
    pub fn read(page: &str) -> Self {
        let mut synopsis = Self::default();
        let division = between(page, "<refsynopsisdiv>", "</refsynopsisdiv>").unwrap_or_default();
        for block in division.split("<synopsis>").skip(1) {
            let block = block.split("</synopsis>").next().unwrap_or_default();
            let mut phrases = block.split("<phrase>");
            let forms = phrases.next().unwrap_or_default();
            synopsis
                .forms
                .extend(commands(forms).iter().map(|form| parse(form)));
            for phrase in phrases {
                synopsis.define(phrase);
            }
        }
        synopsis
    }

    fn define(&mut self, phrase: &str) {
        let Some((head, body)) = phrase.split_once("</phrase>") else {
            return;
        };
        let Some(name) = between(head, "<replaceable", "</replaceable>") else {
            return;
        };
        let name = name.split('>').nth(1).unwrap_or_default().to_owned();
        let parts = if head.contains("one of") || head.contains("can be") {
            let alternatives = alternatives(body);
            vec![Part::Choice(
                alternatives.iter().map(|text| parse(text)).collect(),
            )]
        } else {
            parse(body)
        };
        self.definitions.insert(name, parts);
    }

    /// How many forms the command has.
    pub fn forms(&self) -> usize {
        self.forms.len()
    }

    /// A statement of one of the forms, as the dice fall.
    pub fn statement(&self, form: usize, dice: &mut Dice) -> String {
        let mut text = String::new();
        self.write(&self.forms[form], DEPTH, dice, &mut text);
        text.trim().trim_end_matches(';').to_owned()
    }

    fn write(&self, parts: &[Part], depth: usize, dice: &mut Dice, text: &mut String) {
        for (at, part) in parts.iter().enumerate() {
            match part {
                Part::Word(word) => push(text, word),
                Part::Name(name) => match self.definitions.get(name).filter(|_| depth > 0) {
                    Some(definition) => self.write(definition, depth - 1, dice, text),
                    None => push(text, &value(name, dice)),
                },
                Part::Optional(inner) if dice.below(5) < 2 => match inner.as_slice() {
                    [separator @ .., Part::Again] => {
                        self.write(separator, depth, dice, text);
                        self.write(&parts[at.saturating_sub(1)..at], depth, dice, text);
                    }
                    _ => self.write(inner, depth, dice, text),
                },
                Part::Choice(choices) => {
                    let chosen = dice.below(choices.len());
                    self.write(&choices[chosen], depth, dice, text);
                }
                Part::Again if at > 0 && dice.below(3) == 0 => {
                    self.write(&parts[at - 1..at], depth, dice, text);
                }
                Part::Optional(_) | Part::Again => {}
            }
        }
    }
}

fn push(text: &mut String, word: &str) {
    text.push(' ');
    text.push_str(word);
}

fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let start = text.find(open)? + open.len();
    let end = text[start..].find(close)? + start;
    Some(&text[start..end])
}

/// The forms of a command: each begins at the left margin with the command's first word, or behind an empty line.
fn commands(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let first = text.split_whitespace().next().unwrap_or_default();
    let mut fresh = true;
    for line in text.lines() {
        if line.trim().is_empty() {
            fresh = true;
            continue;
        }
        match found.last_mut() {
            Some(last) if !fresh && !line.starts_with(first) => {
                last.push('\n');
                last.push_str(line);
            }
            _ => found.push(line.to_owned()),
        }
        fresh = false;
    }
    found
}

/// The alternatives of a definition that lists them line by line.
fn alternatives(text: &str) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let least = lines().map(indent).min().unwrap_or(0);
    let mut found: Vec<String> = Vec::new();
    let mut open = 0i32;
    for line in lines() {
        let alternative = line.trim().strip_prefix('|').unwrap_or(line.trim());
        let starts = open <= 0 && (indent(line) == least || line.trim().starts_with('|'));
        match found.last_mut() {
            Some(last) if !starts => {
                last.push('\n');
                last.push_str(line);
            }
            _ => found.push(alternative.trim_end_matches('|').to_owned()),
        }
        open += line.matches(['[', '{']).count() as i32 - line.matches([']', '}']).count() as i32;
    }
    found
}

fn parse(text: &str) -> Vec<Part> {
    let words = words(text);
    let mut at = 0;
    sequence(&words, &mut at)
}

/// Words, placeholders (with `<` in front) and signs, one by one.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let text = text.replace("<literal>", "").replace("</literal>", "");
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("<replaceable") {
            let end = rest.find("</replaceable>").unwrap_or(rest.len());
            let name = rest[..end].split('>').nth(1).unwrap_or_default();
            words.push(format!("<{name}"));
            (end + "</replaceable>".len()).min(rest.len())
        } else if first.is_whitespace() {
            first.len_utf8()
        } else {
            let length = if rest.starts_with("...") {
                3
            } else if first.is_alphanumeric() || first == '_' {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len())
            } else if first == '<' || first == '&' {
                rest.find(['>', ';']).map_or(1, |end| end + 1)
            } else {
                first.len_utf8()
            };
            words.push(rest[..length].to_owned());
            length
        };
        rest = &rest[length..];
    }
    words
}

/// Reads up to the bracket that closes; several sequences where bars stand between.
fn sequence(words: &[String], at: &mut usize) -> Vec<Part> {
    let mut choices = vec![Vec::new()];
    while let Some(word) = words.get(*at) {
        *at += 1;
        let part = match word.as_str() {
            "[" => Part::Optional(sequence(words, at)),
            "{" => Part::Choice(vec![sequence(words, at)]),
            "]" | "}" => break,
            "|" => {
                choices.push(Vec::new());
                continue;
            }
            "..." => Part::Again,
            _ => match word.strip_prefix('<').filter(|rest| !rest.ends_with('>')) {
                Some(name) => Part::Name(name.to_owned()),
                None => Part::Word(word.clone()),
            },
        };
        if let Some(last) = choices.last_mut() {
            last.push(part);
        }
    }
    if choices.len() > 1 {
        vec![Part::Choice(choices)]
    } else {
        choices.pop().unwrap_or_default()
    }
}

/// Something that a placeholder without definition may stand for; PostgreSQL tells whether it fits.
fn value(name: &str, dice: &mut Dice) -> String {
    const TABLE: &[(&str, &[&str])] = &[
        ("expression", &["a + 1", "f(a)", "1", "'x'::text", "now()"]),
        ("default_expr", &["1", "now()"]),
        ("condition", &["(a > 0)", "true"]),
        ("predicate", &["a > 0"]),
        ("query", &["SELECT a FROM t", "VALUES (1)", "TABLE t"]),
        (
            "statement",
            &["SELECT 1", "DELETE FROM t", "CREATE TABLE n AS SELECT 1"],
        ),
        ("command", &["NOTHING", "DELETE FROM t", "SELECT"]),
        (
            "data_type",
            &[
                "integer",
                "varchar(20)",
                "numeric(10, 2)[]",
                "timestamp with time zone",
            ],
        ),
        ("argmode", &["IN", "OUT", "INOUT", "VARIADIC"]),
        (
            "transaction_mode",
            &[
                "READ ONLY",
                "ISOLATION LEVEL SERIALIZABLE",
                "NOT DEFERRABLE",
            ],
        ),
        ("partition_bound_expr", &["1", "'x'", "now()", "MINVALUE"]),
        (
            "sequence_option",
            &["INCREMENT BY 2", "CACHE 5", "NO CYCLE", "START WITH -3"],
        ),
        (
            "sequence_options",
            &["START WITH 10 INCREMENT BY 2", "CACHE 5 NO MINVALUE"],
        ),
        (
            "schema_element",
            &[
                "CREATE TABLE t (a int)",
                "CREATE VIEW v AS SELECT 1",
                "GRANT SELECT ON t TO u",
            ],
        ),
        ("operator", &["=", "&&", "OPERATOR(pg_catalog.=)"]),
        ("direction", &["NEXT", "FORWARD ALL", "LAST", "3"]),
        ("table_and_columns", &["t", "t (a, b)"]),
        ("delimiter_character", &["'x'"]),
    ];
    const STRINGS: &[&str] = &["'s'", "E's'", "$$s$$"];
    const TYPES: &[&str] = &["integer", "text", "s.t"];
    const OPERATORS: &[&str] = &["+", "=", "@@"];
    const ANY: &[&str] = &[
        "x", "x", "s.x", "\"X y\"", "1", "'s'", "integer", "(a)", "+",
    ];
    let choices = match TABLE.iter().find(|(known, _)| *known == name) {
        Some((_, choices)) => choices,
        None if name.ends_with("type") => TYPES,
        None if name.contains("operator") || name == "op" => OPERATORS,
        None if [
            "password",
            "timestamp",
            "filename",
            "directory",
            "string",
            "label",
            "text",
            "version",
            "conninfo",
        ]
        .iter()
        .any(|word| name.contains(word)) =>
        {
            STRINGS
        }
        None if name.ends_with("name") && dice.below(4) > 0 => &["x", "s.x", "\"X y\""],
        None => ANY,
    };
    dice.of(choices).to_owned()
}
