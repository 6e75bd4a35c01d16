//! One statement: every rule is asked about it, one finding speaks for each cause, and gets its advice.

use super::arbitrate::arbitrate;
use super::circumstances::Circumstances;
use crate::advice::Case;
use crate::effects::{Piece, Step};
use crate::finding::{Cause, Finding, Harm};
use crate::ir::{self, Action, AlterAction, Migration, Origin, Statement, UnreadReason};
use crate::rule::{Check, Context, Digest, Entry, Kind, Outline, RULES, Whole, asked, entry};
use crate::schema::Catalog;
use crate::source::Span;

/// A migration whose statements the rules are asked about, one after another.
pub(super) struct Asker<'m> {
    migration: &'m Migration,
    circumstances: &'m Circumstances<'m>,
    outline: Outline,
    /// Where something could not be read, in the order of the file.
    problems: Vec<usize>,
}

impl<'m> Asker<'m> {
    pub(super) fn new(migration: &'m Migration, circumstances: &'m Circumstances<'m>) -> Self {
        let starts = migration.problems.iter().map(|problem| problem.span.start);
        let mut problems: Vec<usize> = starts.collect();
        problems.sort_unstable();
        Self {
            migration,
            circumstances,
            outline: Outline::default(),
            problems,
        }
    }

    /// What is wrong with a statement: the one at this place in the migration, counted from 0, or one that it makes run.
    pub(super) fn ask(&self, at: usize, piece: &Piece<'_>) -> Vec<Finding> {
        let Piece {
            catalog,
            statement,
            step,
        } = *piece;
        if let Some(span) = unknown_span(statement) {
            // A syntax error says more.
            let told = !self.is_broken(statement);
            let unknown = told.then(|| self.unknown(statement, step, span));
            return unknown.into_iter().collect();
        }
        let mut unread = self.unread(statement, step);
        let allowed = step.can_run_in_transaction || !step.in_transaction && !step.in_code;
        let touches = !step.effects.is_empty() || !allowed;
        let asked = asked(statement.action.family(), touches);
        if asked.is_empty() {
            return unread;
        }
        let digest = Digest::new(step);
        let context = |entry: &'static Entry| Context {
            entry,
            migration: self.migration,
            statement,
            at,
            step,
            digest: &digest,
            outline: &self.outline,
            catalog,
            version: self.circumstances.version,
            sizes: self.circumstances.sizes,
        };
        let mut spoken = self.speak(asked, (touches, !step.refusals.is_empty()), context);
        self.advise(statement, &mut spoken);
        spoken.append(&mut unread);
        spoken
    }

    /// What all rules say, one finding a cause.
    fn speak<'a>(
        &self,
        asked: &[Check],
        (touches, is_refused): (bool, bool),
        context: impl Fn(&'static Entry) -> Context<'a>,
    ) -> Vec<Finding> {
        let version = self.circumstances.version;
        let (mut findings, mut fallbacks) = (Vec::new(), Vec::new());
        for (entry, check) in asked {
            if version >= entry.rule.from {
                findings.extend(check(&context(entry)));
            }
        }
        // What is refused makes nobody wait, and breaks nothing.
        if is_refused {
            findings.retain(|finding: &Finding| finding.causes[0].harm == Harm::Fails);
        }
        for entry in RULES.iter().filter(|_| touches && !is_refused) {
            if let Kind::Fallback(check) = entry.rule.kind {
                let context = context(entry);
                if context.has_unexplained(&findings) {
                    fallbacks.extend(check(&context));
                }
            }
        }
        arbitrate(findings, fallbacks)
    }

    /// What is wrong with the migration as a whole, behind its last statement.
    pub(super) fn ask_whole(
        &self,
        outline: Option<&ir::Outline>,
        (catalog, in_transaction): (&Catalog, bool),
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for entry in RULES {
            let Kind::Migration(check) = entry.rule.kind else {
                continue;
            };
            findings.extend(check(&Whole {
                entry,
                migration: self.migration,
                outline,
                catalog,
                in_transaction,
                version: self.circumstances.version,
                sizes: self.circumstances.sizes,
            }));
        }
        for finding in &mut findings {
            let mut statements = self.migration.statements.iter();
            let about = |statement: &&Statement| {
                statement.span == finding.statement && statement.origin.made_text() == finding.sql
            };
            if let Some(statement) = statements.find(about) {
                self.advise(statement, std::slice::from_mut(finding));
            }
        }
        findings
    }

    fn advise(&self, statement: &Statement, findings: &mut [Finding]) {
        let case = Case {
            migration: self.migration,
            statement,
        };
        for finding in findings {
            if let Some(remedy) = &finding.remedy {
                let advice = case.advise(remedy);
                finding.help = Some(advice.help.into_owned());
                finding.recipe = advice.recipe;
            }
        }
    }

    /// Whether there is a syntax error in the statement, or where it breaks off.
    fn is_broken(&self, statement: &Statement) -> bool {
        let span = statement.span;
        let next = self.problems.partition_point(|at| *at < span.start);
        let reaches = |at: &usize| {
            let between = Span::new(span.end.min(*at), *at);
            self.migration.file.slice(between).trim().is_empty()
        };
        statement.origin == Origin::File && self.problems.get(next).is_some_and(reaches)
    }

    /// What cannot be seen of the code that a statement runs.
    fn unread(&self, statement: &Statement, step: &Step) -> Vec<Finding> {
        let unread = step.unread.iter().enumerate();
        let told = unread.map(|(at, unread)| {
            let in_file = statement.origin == Origin::File;
            let span = unread.span.filter(|_| in_file).unwrap_or(statement.span);
            let cause = Cause {
                command: at,
                ..unchecked(span)
            };
            let (message, help) = words(&unread.reason);
            entry::UNKNOWN_STATEMENT
                .finding(self.migration.file.clone(), span, cause)
                .sql(statement.origin.made_text())
                .says(message, "not known")
                .help(help)
                .locked(&step.held)
                .build()
        });
        told.collect()
    }

    /// That a statement is not known, or a part of it.
    fn unknown(&self, statement: &Statement, step: &Step, span: Span) -> Finding {
        let cause = unchecked(statement.span);
        let place = match statement.origin {
            Origin::File => span,
            _ => statement.span,
        };
        let finding = entry::UNKNOWN_STATEMENT
            .finding(self.migration.file.clone(), statement.span, cause)
            .at(place)
            .locked(&step.held);
        let told = match &statement.origin {
            Origin::File => finding,
            Origin::Generated(text) | Origin::Code(text) => finding.sql(Some(text.clone())),
            Origin::Opaque(reason) => {
                let message = format!(
                    "what this runs is not known, so nothing is said about what it locks: {reason}"
                );
                return finding.says(message, "not known").build();
            }
        };
        let message = "this statement is not known, so nothing is said about what it locks";
        told.says(message, "not known").build()
    }
}

const fn unchecked(statement: Span) -> Cause {
    Cause {
        statement: statement.start,
        command: 0,
        relation: None,
        harm: Harm::Unchecked,
    }
}

/// What is said of a part of code that cannot be seen, and what to do about it.
fn words(reason: &UnreadReason) -> (String, &'static str) {
    let (what, help) = match reason {
        UnreadReason::Statement => (
            "a statement in this code is not known".to_owned(),
            "check its spelling; what it locks has to be found out by hand",
        ),
        UnreadReason::Computed => (
            "EXECUTE runs text that is computed".to_owned(),
            "write the statement out, or make it by format() with names that are constants, so that it can be read",
        ),
        UnreadReason::Nested => (
            "code inside code is not read".to_owned(),
            "move the inner code out of the block, so that it can be read",
        ),
        UnreadReason::Deep => (
            "this calls more code than is followed".to_owned(),
            "call it step by step in the migration, so that it can be read",
        ),
        UnreadReason::Language(name) => (
            format!("code in {name} is not read"),
            "what it locks has to be found out by hand",
        ),
    };
    let message = format!("{what}, so nothing is said about what it locks");
    (message, help)
}

/// The part of a statement that is not known, if there is one.
pub(super) fn unknown_span(statement: &Statement) -> Option<Span> {
    match &statement.action {
        Action::Unknown => Some(statement.span),
        Action::AlterTable(alter) => alter
            .commands
            .iter()
            .find(|command| command.action == AlterAction::Unknown)
            .map(|command| command.span),
        _ => None,
    }
}
