//! What becomes of a migration's file, and what is to be written beside it.

use super::files::{Draft, INDENT};
use super::form::Form;
use super::module::{Module, Operation, POSTGRES};
use super::parts::Parts;
use super::python;
use crate::finding::Safety;
use crate::fix::draft::word;
use crate::fix::lines;
use crate::fix::reverse::Reverse;
use crate::source::Span;

/// Why an operation stays that could be run in parts.
const NO_WAY_BACK: &str = "what takes back a part of what it runs cannot be told";

/// What becomes of a migration.
pub(super) struct Written {
    pub(super) safety: Safety,
    /// Text in place of ranges of its file.
    pub(super) edits: Vec<(Span, String)>,
    pub(super) drafts: Vec<Draft>,
    /// What it imports from where Django keeps what PostgreSQL alone has.
    classes: Vec<&'static str>,
    /// The operations that validate what is added NOT VALID.
    validated: Vec<String>,
    unwraps: bool,
    is_in_parts: bool,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            safety: Safety::Safe,
            edits: Vec::new(),
            drafts: Vec::new(),
            classes: Vec::new(),
            validated: Vec::new(),
            unwraps: false,
            is_in_parts: false,
        }
    }
}

impl Written {
    /// Gives an operation its form.
    pub(super) fn add(
        &mut self,
        module: &Module<'_>,
        operation: &Operation<'_>,
        form: &Form,
        is_alone: bool,
    ) -> Result<(), &'static str> {
        match form {
            Form::Concurrently(class) if is_alone => {
                self.edits.push((operation.callee, (*class).to_owned()));
                self.classes.push(class);
                self.unwraps = true;
            }
            Form::Concurrently(class) => {
                self.edits.push((module.line_of(operation), String::new()));
                let moved = &module.text[operation.callee.end..operation.span.end];
                self.drafts.push(Draft {
                    word: "concurrently",
                    classes: vec![class],
                    operations: vec![format!("{class}{moved}")],
                    is_atomic: false,
                });
            }
            Form::NotValid => {
                let class = "AddConstraintNotValid";
                self.edits.push((operation.callee, class.to_owned()));
                self.classes.push(class);
                let validation = operation.validation(module.text);
                self.validated
                    .push(validation.ok_or("its constraint has no name of its own")?);
            }
            Form::InParts(parts) => self.part(module, operation, parts, is_alone)?,
        }
        Ok(())
    }

    fn part(
        &mut self,
        module: &Module<'_>,
        operation: &Operation<'_>,
        parts: &Parts,
        is_alone: bool,
    ) -> Result<(), &'static str> {
        let (mut now, mut later) = (parts.now.as_slice(), parts.later.as_slice());
        if let ([], [first, rest @ ..], true) = (now, later, is_alone) {
            (now, later) = (&first.statements, rest);
            self.unwraps |= first.outside_transaction;
        }
        let state = &module.text[operation.span.start..operation.span.end];
        if !module.binds("migrations") || !python::may_move(state) {
            return Err("its operations are not written as Django writes them");
        }
        let indent = lines::indent(module.text, operation.span.start);
        let both_ways = |statements: &[String]| {
            let both = statements.iter();
            let both = both.map(|it| Some((it.clone(), parts.reverse(it)?)));
            both.collect::<Option<Vec<(String, Reverse)>>>()
        };
        let now = both_ways(now).ok_or(NO_WAY_BACK)?;
        let separate = python::separate(&now, state, indent);
        let left = parts.left.iter();
        let left = left.map(|it| format!("# In a later release, by RunSQL: {it}\n{indent}"));
        let text = left.collect::<String>() + &separate;
        self.edits.push((operation.span, text));
        for block in later {
            let runs = both_ways(&block.statements).ok_or(NO_WAY_BACK)?;
            let runs = runs.iter().map(|it| python::run_sql(it, INDENT));
            self.drafts.push(Draft {
                word: word(block),
                classes: Vec::new(),
                operations: runs.collect(),
                is_atomic: !block.outside_transaction,
            });
        }
        self.is_in_parts = true;
        if parts.is_unsafe {
            self.safety = Safety::Unsafe;
        }
        Ok(())
    }

    /// Ends with what validates, and with what the class and the imports need.
    pub(super) fn finish(&mut self, module: &Module<'_>) {
        if !self.validated.is_empty() {
            self.drafts.push(Draft {
                word: "validate",
                classes: vec!["ValidateConstraint"],
                operations: std::mem::take(&mut self.validated),
                is_atomic: true,
            });
        }
        if self.unwraps && !module.is_unwrapped {
            let at = Span::new(module.body, module.body);
            self.edits.push((at, "atomic = False\n\n    ".to_owned()));
        }
        if !self.classes.is_empty() {
            self.edits.push(module.import(POSTGRES, &mut self.classes));
        }
        self.edits.sort_by_key(|(span, _)| (span.start, span.end));
    }

    /// What it does, in one sentence.
    pub(super) fn sentence(&self) -> String {
        let takes = match (self.is_in_parts, self.classes.is_empty()) {
            (true, true) => "runs SQL in parts, and keeps the operations as state",
            (true, false) => {
                "takes operations of django.contrib.postgres, and runs the SQL of others in parts"
            }
            _ if self.drafts.is_empty() => {
                "takes the operation of django.contrib.postgres, and no transaction"
            }
            _ => "takes operations of django.contrib.postgres",
        };
        match self.drafts.len() {
            0 => takes.to_owned(),
            1 => format!("{takes}, and adds one migration"),
            more => format!("{takes}, and adds {more} migrations"),
        }
    }
}
