//! PL/pgSQL: the SQL statements inside a block, whether they stand under a condition, and what cannot be seen.
//!
//! Source: `src/pl/plpgsql/src/pl_gram.y`. A block is cut at its semicolons; the words of control that stand before a statement are taken off it.

mod body;
mod constants;
mod dynamic;
mod looped;
mod statement;

use super::cursor::Cursor;
use super::split::Splitter;
use super::token::TokenKind;
use crate::ir::{Code, CodeStep, Repeated, Unread, UnreadReason, Written};
use crate::source::Span;
pub(super) use body::Body;
use constants::Constants;
use std::collections::HashSet;

/// Reads the body of a PL/pgSQL block; `parameters` are the names of the function's arguments.
pub(super) fn code(body: &Body, parameters: Vec<String>) -> Code {
    let mut reader = Reader::new(body);
    reader.constants = Constants::of(body);
    // A trigger's function has its rows.
    let rows = ["new", "old"].map(str::to_owned);
    reader.variables = parameters.into_iter().chain(rows).collect();
    let mut splitter = Splitter::new(&body.text, body.range, &[]);
    while let Some(tokens) = splitter.next() {
        reader.chunk(Cursor::new(&body.text, tokens));
    }
    reader.code
}

/// Reads the body of a function in SQL.
pub(super) fn sql_code(body: &Body) -> Code {
    let mut reader = Reader::new(body);
    reader.text(&body.text, body.range);
    reader.code
}

/// Reads `BEGIN ATOMIC statement; ... END`, of which the cursor holds what stands between.
pub(super) fn atomic_code(mut body: Cursor) -> Code {
    let mut reader = Reader {
        in_place: true,
        ..Reader::default()
    };
    while !body.is_empty() {
        let statement = body.until(|ahead| ahead.at_symbol(b';'));
        body.next();
        reader.statement(statement);
    }
    reader.code
}

/// Something that is open and ends with END.
#[derive(Clone, Copy)]
struct Frame {
    /// What stands inside may not be run, or what it stands in.
    conditional: bool,
    /// What stands here is never run.
    never: bool,
    /// IF of a constant: that constant.
    decided: Option<bool>,
    /// How many statements were found before it.
    start: usize,
    /// A block that surely ends in an error: its handler undoes what it did.
    fails: bool,
    /// How many loops it stands in, itself among them.
    loops: usize,
    /// How many values were given to variables before it.
    given: usize,
}

#[derive(Default)]
struct Reader {
    code: Code,
    open: Vec<Frame>,
    /// Loops that are not short, the outermost first.
    loops: Vec<Repeated>,
    /// Between DECLARE and BEGIN.
    declaring: bool,
    /// Folded names of variables and arguments.
    variables: HashSet<String>,
    /// Variables in the order in which the code gives them values; one that gets several stands there as often.
    given: Vec<String>,
    constants: Constants,
    /// RETURN, EXIT or an error may have left the code, or a loop of it, before this.
    left: bool,
    /// The code stands in the text that holds it as it is run.
    in_place: bool,
    /// In how many other bodies of code it stands.
    depth: usize,
    /// The statement that makes what is read now: EXECUTE.
    maker: Option<Span>,
}

impl Reader {
    fn new(body: &Body) -> Self {
        let code = Code {
            body: body.place(),
            ..Code::default()
        };
        Self {
            code,
            in_place: body.in_place,
            depth: body.depth,
            ..Self::default()
        }
    }

    fn conditional(&self) -> bool {
        self.open.last().is_some_and(|frame| frame.conditional)
    }

    fn is_never_run(&self) -> bool {
        self.open.last().is_some_and(|frame| frame.never)
    }

    fn push(&mut self, mut action: crate::ir::Action, written: Written) {
        if self.is_never_run() {
            return;
        }
        if let crate::ir::Action::Dml(dml) = &mut action {
            dml.repeated.clone_from(&self.loops);
        }
        self.code.steps.push(CodeStep {
            action,
            conditional: self.conditional(),
            uncertain: self.left,
            written,
        });
    }

    /// Notes that something cannot be seen.
    fn miss(&mut self, cursor: Cursor, reason: UnreadReason) {
        if self.is_never_run() {
            return;
        }
        let own = self.in_place.then(|| cursor.span());
        let span = self.maker.or(own);
        self.code.unread.push(Unread { span, reason });
    }

    /// Takes in what stands between two semicolons.
    fn chunk(&mut self, mut cursor: Cursor) {
        if self.declaring && !cursor.at("begin") {
            return self.declaration(cursor);
        }
        self.declaring = false;
        while self.control(&mut cursor) {}
        if self.declaring {
            self.declaration(cursor);
        } else if cursor.eat("end") {
            let closed = self.open.pop();
            if let Some(closed) = closed.filter(|_| cursor.at("loop")) {
                self.close_loop(closed);
            }
            let loops = self.open.last().map_or(0, |frame| frame.loops);
            self.loops.truncate(loops);
        } else {
            self.statement(cursor);
        }
    }

    /// Takes one word of control with its condition off a statement.
    fn control(&mut self, cursor: &mut Cursor) -> bool {
        const WORDS: &[&str] = &[
            "declare",
            "begin",
            "exception when",
            "when",
            "if",
            "elsif",
            "elseif",
            "else",
            "case",
            "while",
            "foreach",
            "for",
            "loop",
        ];
        if cursor.eat_operator("<<") {
            cursor.next();
            return cursor.eat_operator(">>");
        }
        if self.declaring {
            return false;
        }
        let Some(word) = cursor.eat_any(WORDS) else {
            return false;
        };
        match word {
            "declare" => self.declaring = !cursor.at("begin"),
            "begin" => self.open(false),
            "loop" => self.open_loop(false, Some(Repeated::Unknown)),
            "exception when" => {
                if let Some(block) = self.open.last_mut() {
                    block.conditional = true;
                    for step in &mut self.code.steps[block.start..] {
                        step.uncertain = true;
                    }
                    if std::mem::take(&mut block.fails) {
                        self.code.steps.truncate(block.start);
                    }
                }
                up_to(cursor, "then");
                cursor.eat("then");
            }
            "if" => {
                let decided = constant(cursor);
                self.condition(cursor, "then");
                self.open(decided != Some(true));
                self.decide(decided);
            }
            "elsif" | "elseif" => {
                let decided = constant(cursor);
                self.condition(cursor, "then");
                self.otherwise(decided);
            }
            "else" => self.otherwise(Some(true)),
            "when" => self.condition(cursor, "then"),
            "case" => {
                self.open(true);
                let subject = up_to(cursor, "when");
                self.expression(subject);
            }
            "while" => self.while_loop(cursor),
            "for" | "foreach" => self.for_loop(cursor),
            _ => {}
        }
        true
    }

    fn open(&mut self, conditional: bool) {
        let never = self.open.last().is_some_and(|frame| frame.never);
        self.open.push(Frame {
            conditional: conditional || self.conditional(),
            never,
            decided: None,
            start: self.code.steps.len(),
            fails: false,
            loops: self.loops.len(),
            given: self.given.len(),
        });
    }

    /// The branch that was opened last stands under a constant condition.
    fn decide(&mut self, decided: Option<bool>) {
        if let Some(branch) = self.open.last_mut() {
            branch.decided = decided;
            branch.never |= decided == Some(false);
        }
    }

    /// ELSE and ELSIF: never run behind what is always true; behind what never is, as if they were the first.
    fn otherwise(&mut self, condition: Option<bool>) {
        let outer = self.open.len().checked_sub(2).map(|at| self.open[at]);
        let Some(branch) = self.open.last_mut() else {
            return;
        };
        let Some(before) = branch.decided else {
            return;
        };
        let unreachable = outer.is_some_and(|outer| outer.never);
        branch.never = unreachable || before || condition == Some(false);
        if !before {
            branch.conditional =
                outer.is_some_and(|outer| outer.conditional) || condition != Some(true);
            branch.decided = condition;
        }
    }

    /// RAISE EXCEPTION: the block that it stands in, under no condition, fails.
    fn raise(&mut self, mut cursor: Cursor) {
        const MILDER: &[&str] = &["debug", "log", "info", "notice", "warning"];
        if cursor.eat_any(MILDER).is_none() {
            self.left = true;
            if let Some(block) = self.open.last_mut() {
                block.fails = !block.conditional;
            }
        }
    }

    fn condition(&mut self, cursor: &mut Cursor, end: &str) {
        let condition = up_to(cursor, end);
        cursor.eat(end);
        self.expression(condition);
    }

    /// `name type := value` or `name CURSOR FOR query`.
    fn declaration(&mut self, mut cursor: Cursor) {
        let name = cursor.label();
        cursor.until(|ahead| {
            ahead.at("default")
                || ahead.peek().is_some_and(|token| {
                    let text = ahead.token_text(token);
                    token.kind == TokenKind::Operator && matches!(text, ":=" | "=")
                })
        });
        cursor.next();
        if let Some(name) = name {
            self.constants.declare(&name, cursor);
            self.variables.insert(name);
        }
        self.expression(cursor);
    }
}

/// The constant that a condition, which is next, is.
fn constant(cursor: &Cursor) -> Option<bool> {
    let mut ahead = *cursor;
    let word = ahead.eat_any(&["true", "false"])?;
    ahead.at("then").then_some(word == "true")
}

/// What stands before a word of control, which the word inside a CASE expression is not.
fn up_to<'a>(cursor: &mut Cursor<'a>, word: &str) -> Cursor<'a> {
    let mut cases = 0usize;
    cursor.until(|ahead| {
        if cases == 0 && ahead.at(word) {
            return true;
        }
        if ahead.at("case") {
            cases += 1;
        } else if ahead.at("end") {
            cases = cases.saturating_sub(1);
        }
        false
    })
}
