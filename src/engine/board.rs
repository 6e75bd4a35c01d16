//! All findings of a run, found by the place that a suppression comment is about.

use crate::finding::{Finding, Note};
use crate::rule;
use crate::source::{SourceFile, Span};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What a comment is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    File,
    Statement(Span),
    Operation(Span),
    Nothing,
}

/// Findings, those that are silenced among them.
pub(super) struct Board {
    findings: Vec<Finding>,
    /// Which of them are, by their place.
    silenced: Vec<bool>,
    /// By file, in the order of their statements.
    places: HashMap<*const SourceFile, Vec<usize>>,
    /// Names that rules had once and that silenced something.
    former: BTreeSet<String>,
}

/// What a comment found of a rule at its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Something, which is silenced now.
    Something,
    Nothing,
    /// Nothing, but something there could not be read: nobody knows what the comment would have silenced.
    Unknown,
}

impl Board {
    pub(super) fn new(findings: Vec<Finding>) -> Self {
        let mut places: HashMap<*const SourceFile, Vec<usize>> = HashMap::new();
        for (at, finding) in findings.iter().enumerate() {
            let file = places.entry(Arc::as_ptr(&finding.file)).or_default();
            file.push(at);
        }
        for file in places.values_mut() {
            file.sort_by_key(|at| findings[*at].statement.start);
        }
        Self {
            silenced: vec![false; findings.len()],
            findings,
            places,
            former: BTreeSet::new(),
        }
    }

    /// Silences a rule at a target.
    pub(super) fn silence(&mut self, file: &Arc<SourceFile>, target: Target, id: &str) -> Found {
        let mut found = Found::Nothing;
        for at in self.at(file, target) {
            let (finding, silenced) = (&mut self.findings[at], &mut self.silenced[at]);
            let notes = finding.notes.len();
            if is_called(finding.rule, id) {
                *silenced = true;
                found = Found::Something;
                if finding.rule != id {
                    self.former.insert(id.to_owned());
                }
            } else if !*silenced {
                let is_named = |note: &Note| note.rule.is_some_and(|rule| is_called(rule, id));
                finding.notes.retain(|note| !is_named(note));
                if finding.notes.len() < notes {
                    found = Found::Something;
                }
            }
            let entry = rule::find(finding.rule).map(|entry| entry.rule);
            let unread = entry.is_some_and(rule::Rule::is_unchecked_statement);
            if unread && !*silenced && found == Found::Nothing {
                found = Found::Unknown;
            }
        }
        found
    }

    /// Whether something in the file could not be read.
    pub(super) fn is_unread(&self, file: &Arc<SourceFile>) -> bool {
        let mut all = self.at(file, Target::File).into_iter();
        all.any(|at| super::is_unchecked(&self.findings[at]))
    }

    /// The findings about a target.
    fn at(&self, file: &Arc<SourceFile>, target: Target) -> Vec<usize> {
        let Some(all) = self.places.get(&Arc::as_ptr(file)) else {
            return Vec::new();
        };
        let statement = |at: &usize| self.findings[*at].statement;
        let between = |from: usize, to: usize| {
            let from = all.partition_point(|at| statement(at).start < from);
            let length = all[from..].partition_point(|at| statement(at).start <= to);
            &all[from..from + length]
        };
        match target {
            Target::File => all.clone(),
            // Of a block of code, what it holds too.
            Target::Statement(span) | Target::Operation(span) => {
                let inside = between(span.start, span.end).iter().copied();
                inside.filter(|at| statement(at).end <= span.end).collect()
            }
            Target::Nothing => Vec::new(),
        }
    }

    /// What is left, what is silenced, and the names that rules had once and that silenced some of it.
    pub(super) fn part(self) -> (Vec<Finding>, Vec<Finding>, BTreeSet<String>) {
        let mut marks = self.silenced.into_iter();
        let mut kept = self.findings;
        let silenced = kept.extract_if(.., |_| marks.next() == Some(true));
        let silenced = silenced.collect();
        (kept, silenced, self.former)
    }
}

/// Whether the rule is called so, or was once.
fn is_called(rule: &str, id: &str) -> bool {
    rule == id || rule::find(rule).is_some_and(|entry| entry.is_called(id))
}
