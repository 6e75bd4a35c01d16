//! One statement: every rule is asked about it, one finding speaks for each cause, and gets its advice.

use super::arbitrate::arbitrate;
use super::circumstances::Circumstances;
use crate::advice::Case;
use crate::effects::Step;
use crate::finding::{Cause, Finding, Harm};
use crate::ir::{Action, AlterAction, Migration, Origin, Statement};
use crate::rule::{Context, Digest, Entry, Kind, Outline, RULES, entry};
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

    /// What is wrong with the statement at this place in the migration, counted from 0; the catalog is the one before it.
    pub(super) fn ask(&self, at: usize, step: &Step, catalog: &Catalog) -> Vec<Finding> {
        let statement = &self.migration.statements[at];
        if let Some(span) = unknown_span(statement) {
            // A syntax error says more.
            let told = !self.is_broken(statement);
            let unknown = told.then(|| self.unknown(statement, step, span));
            return unknown.into_iter().collect();
        }
        let allowed = step.can_run_in_transaction || !step.in_transaction;
        if step.effects.is_empty() && allowed {
            return Vec::new();
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
        let mut spoken = self.speak(context);
        self.advise(statement, &mut spoken);
        spoken
    }

    /// What all rules say, one finding a cause.
    fn speak<'a>(&self, context: impl Fn(&'static Entry) -> Context<'a>) -> Vec<Finding> {
        let version = self.circumstances.version;
        let rules = RULES.iter().filter(|entry| version >= entry.rule.from);
        let (mut findings, mut fallbacks) = (Vec::new(), Vec::new());
        for entry in rules.clone() {
            if let Kind::Check(check) = entry.rule.kind {
                findings.extend(check(&context(entry)));
            }
        }
        for entry in rules {
            if let Kind::Fallback(check) = entry.rule.kind {
                let context = context(entry);
                if context.has_unexplained(&findings) {
                    fallbacks.extend(check(&context));
                }
            }
        }
        arbitrate(findings, fallbacks)
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

    /// That a statement is not known, or a part of it.
    fn unknown(&self, statement: &Statement, step: &Step, span: Span) -> Finding {
        let cause = Cause {
            statement: statement.span.start,
            command: 0,
            relation: None,
            harm: Harm::Unchecked,
        };
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
