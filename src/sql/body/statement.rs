//! One statement of PL/pgSQL.
//!
//! Source: `proc_stmt` in `src/pl/plpgsql/src/pl_gram.y`.

use super::block::{Read, Reader};
use crate::sql::grammar::Part;
use crate::sql::refusal;
use crate::sql::text;
use crate::sql::token::{Token, TokenKind};

impl Reader<'_> {
    pub(super) fn statement(&mut self) -> Read {
        if self.is_assignment() {
            return self.assignment();
        }
        self.label()?;
        if self.is("declare") || self.is("begin") {
            self.block()?;
            return self.expect(";");
        }
        let word = self.written(0).to_ascii_lowercase();
        let start = self.at;
        self.at += 1;
        match word.as_str() {
            "if" => self.branches(),
            "case" => self.cases(),
            "loop" => self.loop_body(),
            "while" => {
                self.expression(&["loop"])?;
                self.loop_body()
            }
            "for" => self.for_loop(),
            "foreach" => self.foreach(),
            "exit" | "continue" => self.leave(),
            "return" => self.returned(),
            "raise" => self.raise(),
            "assert" => self.expression(&[";"]).map(|_| ()),
            "execute" => self.execute(),
            "perform" => {
                self.up_to(&[";"])?;
                self.check(Part::Perform, &self.tokens[start..self.at])?;
                self.expect(";")
            }
            "null" => self.expect(";"),
            "get" => self.diagnostics(),
            "open" => self.open(),
            "fetch" | "move" => self.fetch(),
            "close" => {
                self.up_to(&[";"])?;
                self.expect(";")
            }
            "" | ";" => {
                self.at = start;
                Err(self.error())
            }
            _ => {
                self.at = start;
                self.sql()
            }
        }
    }

    /// Whether a place and `:=` or `=` follow.
    pub(super) fn is_assignment(&self) -> bool {
        let first = self.tokens.get(self.at);
        let named =
            first.is_some_and(|token| self.is_name(token) || token.kind == TokenKind::Parameter);
        named
            && matches!(self.written(1), ":=" | "=" | "[" | ".")
            && !self.written(2).starts_with("..")
    }

    fn assignment(&mut self) -> Read {
        let token = self.tokens[self.at];
        let written = &self.text[token.span.start..token.span.end];
        if token.kind != TokenKind::Parameter && !self.scope.has(&text::identifier(token, written))
        {
            let message = format!("\"{written}\" is not a known variable");
            return Err(refusal::says(token.span, &message));
        }
        let place = self.up_to(&[":=", "="])?;
        self.check(Part::Place, place)?;
        self.at += 1;
        // Nothing at all is an expression here, which only fails when it is run.
        if self.eat(";") {
            return Ok(());
        }
        self.expression(&[";"]).map(|_| ())
    }

    /// Behind EXIT and CONTINUE.
    fn leave(&mut self) -> Read {
        if !self.is("when") && !self.is(";") {
            self.name()?;
        }
        if self.eat("when") {
            return self.expression(&[";"]).map(|_| ());
        }
        self.expect(";")
    }

    fn returned(&mut self) -> Read {
        if self.eat(";") {
            return Ok(());
        }
        if self.is("next") && !self.is_at(1, ";") {
            self.at += 1;
            return self.expression(&[";"]).map(|_| ());
        }
        if self.eat("next") {
            return self.expect(";");
        }
        if !self.eat("query") {
            return self.expression(&[";"]).map(|_| ());
        }
        self.query_or_execute()
    }

    /// A query, or EXECUTE of a text with what is put into it, up to the semicolon.
    fn query_or_execute(&mut self) -> Read {
        if !self.eat("execute") {
            self.query(&[";"])?;
            return self.expect(";");
        }
        if self
            .expression(&["using", ";"])?
            .eq_ignore_ascii_case("using")
        {
            self.expression(&[";"])?;
        }
        Ok(())
    }

    /// Behind RAISE: as many values as the format has places.
    fn raise(&mut self) -> Read {
        const LEVELS: &[&str] = &["debug", "log", "info", "notice", "warning", "exception"];
        self.eat_any(LEVELS);
        let start = self.at;
        let Some(format) = self.tokens.get(self.at) else {
            return Err(self.error());
        };
        if format.kind != TokenKind::String {
            if self.eat("sqlstate") {
                self.at += 1;
            } else if !self.is(";") && !self.is("using") {
                self.name()?;
            }
            if !self.is(";") && !self.is("using") {
                // A condition that is none, perhaps a level misspelled: the server looks it up before it reads on, and fails otherwise.
                self.up_to(&[";"])?;
            }
            return self.raise_options();
        }
        let places = text::string(self.written(0))
            .replace("%%", "")
            .matches('%')
            .count();
        self.at += 1;
        let mut values = 0;
        let mut end = ",".to_owned();
        if !self.eat(",") {
            if !self.is(";") && !self.is("using") {
                return Err(self.error());
            }
            self.written(0).clone_into(&mut end);
            self.at += 1;
        }
        while end == "," {
            self.expression(&[",", ";", "using"])?.clone_into(&mut end);
            values += 1;
        }
        if values != places {
            let which = if values < places { "few" } else { "many" };
            let message = format!("too {which} parameters specified for RAISE");
            return Err(refusal::says(self.tokens[start].span, &message));
        }
        self.at -= 1;
        self.raise_options()
    }

    /// `[USING option = value, ...];`
    fn raise_options(&mut self) -> Read {
        if !self.eat("using") {
            return self.expect(";");
        }
        loop {
            self.name()?;
            if !self.eat_any(&["=", ":="]) {
                return Err(self.error());
            }
            if self.expression(&[",", ";"])? == ";" {
                return Ok(());
            }
        }
    }

    fn execute(&mut self) -> Read {
        let mut end = self
            .expression(&["into", "using", ";"])?
            .to_ascii_lowercase();
        while end != ";" {
            if end == "into" {
                self.eat("strict");
                self.targets(&["using", ";"], false)?;
                end = self.written(0).to_ascii_lowercase();
                self.at += 1;
            } else {
                end = self.expression(&["into", ";"])?.to_ascii_lowercase();
            }
        }
        Ok(())
    }

    /// Variables with commas between them, before one of these words; a loop may declare its own.
    pub(super) fn targets(&mut self, ends: &[&str], declares: bool) -> Read {
        let (start, tokens) = (self.at, self.up_to(ends)?);
        if tokens.is_empty() {
            return Err(self.error());
        }
        let end = self.at;
        self.variables(start, tokens, declares)?;
        self.at = end;
        Ok(())
    }

    /// Variables with commas between them, which begin at the token `start`.
    fn variables(&mut self, start: usize, tokens: &[Token], declares: bool) -> Read {
        let mut begins = true;
        for (place, token) in tokens.iter().enumerate() {
            if begins && self.is_name(token) {
                let name = text::identifier(*token, &self.text[token.span.start..token.span.end]);
                if declares {
                    self.scope.add(&name);
                }
                if !self.scope.has(&name) {
                    let message = format!("\"{name}\" is not a known variable");
                    return Err(refusal::says(token.span, &message));
                }
            } else if begins && token.kind != TokenKind::Parameter {
                self.at = start + place;
                return Err(self.error());
            }
            begins = token.kind == TokenKind::Symbol(b',');
        }
        Ok(())
    }

    fn diagnostics(&mut self) -> Read {
        self.eat_any(&["current", "stacked"]);
        self.expect("diagnostics")?;
        loop {
            self.targets(&["=", ":="], false)?;
            self.at += 1;
            self.name()?;
            if !self.eat(",") {
                return self.expect(";");
            }
        }
    }

    fn open(&mut self) -> Read {
        self.name()?;
        self.eat("no");
        self.eat("scroll");
        if !self.eat("for") {
            self.up_to(&[";"])?;
            return self.expect(";");
        }
        self.query_or_execute()
    }

    fn fetch(&mut self) -> Read {
        let start = self.at;
        self.up_to(&[";"])?;
        let end = self.at;
        let into = (start..end).find(|at| {
            let span = self.tokens[*at].span;
            self.text[span.start..span.end].eq_ignore_ascii_case("into")
        });
        if let Some(into) = into {
            self.at = into + 1;
            self.targets(&[";"], false)?;
        }
        self.at = end;
        self.expect(";")
    }

    /// A statement of SQL; what INTO and its variables are is PL/pgSQL's own.
    fn sql(&mut self) -> Read {
        let start = self.at;
        let all = self.up_to(&[";"])?;
        let end = self.at;
        let written = |at: usize| {
            let span = all[at].span;
            &self.text[span.start..span.end]
        };
        let is = |at: usize, word: &str| written(at).eq_ignore_ascii_case(word);
        let before = |at: usize| at > 0 && (is(at - 1, "insert") || is(at - 1, "merge"));
        let foreign = is(0, "import");
        let into = (1..all.len()).find(|at| is(*at, "into") && !before(*at) && !foreign);
        let Some(into) = into.filter(|_| !is(0, "create")) else {
            self.check(Part::Statement, all)?;
            return self.expect(";");
        };
        let mut rest = into + 1 + usize::from(into + 1 < all.len() && is(into + 1, "strict"));
        let first = rest;
        while rest < all.len()
            && (rest == first
                || is(rest, ",")
                || is(rest, ".")
                || is(rest - 1, ",")
                || is(rest - 1, "."))
        {
            rest += 1;
        }
        if first >= all.len() {
            self.at = start + first;
            return Err(self.error());
        }
        self.variables(start + first, &all[first..rest], false)?;
        let kept: Vec<Token> = all[..into].iter().chain(&all[rest..]).copied().collect();
        self.check(Part::Statement, &kept)?;
        self.at = end;
        self.expect(";")
    }
}
