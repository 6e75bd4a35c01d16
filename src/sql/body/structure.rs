//! Blocks of PL/pgSQL and what nests in them: declarations, branches, loops, handlers.
//!
//! Source: `pl_block`, `decl_sect`, `stmt_if`, `stmt_case`, `stmt_for` in `src/pl/plpgsql/src/pl_gram.y`.

use super::block::{Read, Reader};
use crate::sql::cursor::depth_after;
use crate::sql::grammar::Part;
use crate::sql::token::{Token, TokenKind};

impl Reader<'_> {
    /// A whole body: options, one block, perhaps a semicolon.
    pub(super) fn function(&mut self) -> Read {
        while self.eat("#") {
            self.name()?;
            self.name()?;
        }
        self.block()?;
        self.eat(";");
        if self.is_end() {
            Ok(())
        } else {
            Err(self.error())
        }
    }

    /// `[<<label>>] [DECLARE ...] BEGIN ... [EXCEPTION ...] END [label]`.
    pub(super) fn block(&mut self) -> Read {
        self.label()?;
        while self.eat("declare") {
            while !self.is("begin") && !self.is("declare") {
                self.declaration()?;
            }
        }
        self.expect("begin")?;
        self.body(&["end", "exception"])?;
        if self.eat("exception") {
            if !self.is("when") {
                return Err(self.error());
            }
            while self.eat("when") {
                self.conditions()?;
                self.body(&["when", "end"])?;
            }
        }
        self.expect("end")?;
        self.end_label()
    }

    /// `condition OR SQLSTATE 'code' ... THEN`.
    fn conditions(&mut self) -> Read {
        loop {
            if self.eat("sqlstate") {
                self.at += 1;
            } else {
                self.name()?;
            }
            if !self.eat("or") {
                return self.expect("then");
            }
        }
    }

    /// The statements before one of these words.
    fn body(&mut self, ends: &[&str]) -> Read {
        self.deeper(|this| {
            while !ends.iter().any(|end| this.is(end)) || this.is_assignment() {
                this.statement()?;
            }
            Ok(())
        })
    }

    pub(super) fn label(&mut self) -> Read {
        if self.eat("<<") {
            let label = self.name()?;
            self.scope.add(&label);
            self.expect(">>")?;
        }
        Ok(())
    }

    fn end_label(&mut self) -> Read {
        if self.is_end() || self.is(";") {
            return Ok(());
        }
        self.name().map(|_| ())
    }

    fn declaration(&mut self) -> Read {
        let name = self.name()?;
        self.scope.add(&name);
        if self.eat("alias") {
            self.expect("for")?;
            self.at += 1;
            return self.expect(";");
        }
        let scrolls = self.eat("scroll") || self.is("no") && self.is_at(1, "scroll");
        if scrolls || self.is("cursor") {
            self.at += usize::from(self.is("no")) * 2;
            return self.cursor();
        }
        self.eat("constant");
        let start = self.at;
        self.up_to(&[";", ":=", "=", "default", "not", "collate"])?;
        if self.at == start {
            return Err(self.error());
        }
        let kind = &self.tokens[start..self.at];
        if !kind
            .iter()
            .any(|token| &self.text[token.span.start..token.span.end] == "%")
        {
            self.check(Part::Type, kind)?;
        }
        if self.eat("collate") {
            self.up_to(&[";", ":=", "=", "default", "not"])?;
        }
        if self.eat("not") {
            self.expect("null")?;
        }
        if self.eat_any(&[":=", "=", "default"]) {
            return self.expression(&[";"]).map(|_| ());
        }
        self.expect(";")
    }

    fn cursor(&mut self) -> Read {
        self.expect("cursor")?;
        if self.is("(") {
            let arguments = self.up_to(&["is", "for"])?;
            for pair in arguments.windows(2) {
                self.argument(pair);
            }
        }
        if !self.eat_any(&["is", "for"]) {
            return Err(self.error());
        }
        self.query(&[";"])?;
        self.expect(";")
    }

    /// An argument of a cursor, named behind a parenthesis or a comma.
    fn argument(&mut self, pair: &[Token]) {
        let written =
            |token: &Token| self.text[token.span.start..token.span.end].to_ascii_lowercase();
        if matches!(pair[0].kind, TokenKind::Symbol(b'(' | b',')) {
            let name = written(&pair[1]);
            self.scope.add(&name);
        }
    }

    /// A query or any other statement, up to one of these words.
    pub(super) fn query(&mut self, ends: &[&str]) -> Read {
        let tokens = self.up_to(ends)?;
        if tokens.is_empty() {
            return Err(self.error());
        }
        self.check(Part::Statement, tokens)
    }

    pub(super) fn branches(&mut self) -> Read {
        self.expression(&["then"])?;
        loop {
            self.body(&["elsif", "elseif", "else", "end"])?;
            if self.eat_any(&["elsif", "elseif"]) {
                self.expression(&["then"])?;
                continue;
            }
            if self.eat("else") {
                self.body(&["end"])?;
            }
            self.expect("end")?;
            self.expect("if")?;
            return self.expect(";");
        }
    }

    pub(super) fn cases(&mut self) -> Read {
        if !self.is("when") {
            self.expression(&["when"])?;
            self.at -= 1;
        }
        if !self.is("when") {
            return Err(self.error());
        }
        while self.eat("when") {
            self.expression(&["then"])?;
            self.body(&["when", "else", "end"])?;
        }
        if self.eat("else") {
            self.body(&["end"])?;
        }
        self.expect("end")?;
        self.expect("case")?;
        self.expect(";")
    }

    /// The statements of a loop behind LOOP.
    pub(super) fn loop_body(&mut self) -> Read {
        self.body(&["end"])?;
        self.expect("end")?;
        self.expect("loop")?;
        self.end_label()?;
        self.expect(";")
    }

    /// `FOR targets IN what LOOP`.
    pub(super) fn for_loop(&mut self) -> Read {
        self.targets(&["in"], true)?;
        self.expect("in")?;
        if self.eat("execute") {
            if self
                .expression(&["loop", "using"])?
                .eq_ignore_ascii_case("using")
            {
                self.expression(&["loop"])?;
            }
            return self.loop_body();
        }
        self.eat("reverse");
        let start = self.at;
        let tokens = self.up_to(&["loop"])?;
        if let Some(dots) = range(self.text, tokens) {
            self.at = start;
            self.check(Part::Expression, &tokens[..dots])?;
            self.at = start + dots + 1;
            if self.expression(&["loop", "by"])?.eq_ignore_ascii_case("by") {
                self.expression(&["loop"])?;
            }
            return self.loop_body();
        }
        // What is no statement may be a cursor with its arguments.
        let cursor = tokens.first().is_some_and(|token| {
            let name = &self.text[token.span.start..token.span.end];
            self.scope.has(&name.to_ascii_lowercase())
        });
        if !cursor {
            self.at = start;
            self.query(&["loop"])?;
        }
        self.expect("loop")?;
        self.loop_body()
    }

    pub(super) fn foreach(&mut self) -> Read {
        self.targets(&["in", "slice"], true)?;
        if self.eat("slice") {
            self.at += 1;
        }
        self.expect("in")?;
        self.expect("array")?;
        self.expression(&["loop"])?;
        self.loop_body()
    }
}

/// Where the two dots stand outside of parentheses.
fn range(text: &str, tokens: &[Token]) -> Option<usize> {
    let mut depth = 0usize;
    tokens.iter().position(|token| {
        depth = depth_after(depth, *token);
        depth == 0 && &text[token.span.start..token.span.end] == ".."
    })
}
